"""What can go wrong in the world, each with one clear sentence, the next step, and an exit code.

Exit codes (the contract): 2 wrong usage, 3 refused as a whole, 4 a file or the database cannot be used.
A bug is any other exception; the command line ends it with 70.
"""


class DeskError(Exception):
    """Something outside the program that a person can mend. `text` says what happened, `next_step` what to do."""

    code = "DESK_ERROR"
    exit_code = 3

    def __init__(self, text: str, next_step: str, code: str | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.next_step = next_step
        if code is not None:
            self.code = code


class WrongUsage(DeskError):
    """An unknown option, value or page size."""

    code = "WRONG_USAGE"
    exit_code = 2


class FieldFault:
    """What is wrong with one field: a sentence, and an example of what would be right (empty where there is none)."""

    __slots__ = ("example", "field", "text")

    def __init__(self, field: str, text: str, example: str = "") -> None:
        self.field, self.text, self.example = field, text, example

    @property
    def said(self) -> str:
        """Both in a line."""
        return f"{self.text} {self.example}".rstrip()


class InvalidFields(WrongUsage):
    """One or several values do not do; all of them are told at once, and nothing was changed."""

    code = "INVALID_FIELDS"

    def __init__(self, *faults: FieldFault) -> None:
        first = faults[0]
        more = f" {len(faults) - 1} more must be looked at." if len(faults) > 1 else ""
        super().__init__(f"{first.text}{more}", first.example or "Change it and try again.")
        self.faults = faults


class Refused(DeskError):
    """The whole request was refused; nothing was changed."""

    code = "REFUSED"


class NotPermitted(Refused):
    """The signed-in person may not do this."""

    code = "NOT_PERMITTED"


class SignInRefused(Refused):
    """Wrong password, unknown account, or an account that may not sign in."""

    code = "SIGN_IN_REFUSED"


class NotConfirmed(Refused):
    """A destructive request was not confirmed."""

    code = "NOT_CONFIRMED"


class Busy(Refused):
    """Another program holds the library file, or another run is under way."""

    code = "BUSY"


class NotFound(Refused):
    """A named patron, item, batch or setting does not exist."""

    code = "NOT_FOUND"


class Unusable(DeskError):
    """A file or the database cannot be used."""

    code = "UNUSABLE"
    exit_code = 4


class Stopped(DeskError):
    """A person stopped the work; what was done before is kept."""

    code = "STOPPED"
    exit_code = 130
