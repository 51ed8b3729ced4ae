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
