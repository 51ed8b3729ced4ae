"""The desk of a command: which library, who is signed in, and what a person at the terminal is asked."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from patrondesk import clock, paths
from patrondesk.cli.answer import Answer, at_terminal
from patrondesk.cli.front import Front
from patrondesk.errors import NotConfirmed, Refused, WrongUsage

if TYPE_CHECKING:
    from patrondesk.services.office import Office


class Desk:
    """Made once a command. `clock` follows PATRONDESK_TODAY."""

    def __init__(self, args: argparse.Namespace, answer: Answer, front: Front) -> None:
        self.answer, self.front = answer, front
        self.clock = clock.from_words(os.environ.get("PATRONDESK_TODAY"))
        self.address: str | None = getattr(args, "database", None) or os.environ.get("PATRONDESK_DATABASE") or None
        self.staff: str | None = getattr(args, "staff", None) or os.environ.get("PATRONDESK_STAFF") or None
        self.library: str | None = getattr(args, "library", None)
        if self.clock.rehearsal is not None:
            answer.extra["rehearsal"] = self.clock.rehearsal.isoformat()
        self._office: Office | None = None
        self._given = ""

    @property
    def place(self) -> str:
        """The address asked for, else the library file in the user's data folder."""
        return self.address or str(paths.default_library())

    def sign_in(self) -> Office:
        """The office with the staff member at the desk. Raises Unusable, Busy, Refused, SignInRefused."""
        staff = self._staff()
        from patrondesk.bootstrap import open_library
        from patrondesk.services.signin import sign_in

        office = open_library(self.place, self.clock)
        self._office = office
        self._given = self._password()
        self._office = sign_in(office, staff, self._given, self.library)
        if self.clock.rehearsal is not None and not self.answer.json:
            self.answer.remark(f"Rehearsal: business dates are counted from {self.clock.rehearsal.isoformat()}.")
        return self._office

    def sign_in_for_jobs(self) -> Office:
        """The same for a runner of jobs, which may have a token in PATRONDESK_TOKEN instead of a password."""
        token = os.environ.get("PATRONDESK_TOKEN")
        if not token:
            return self.sign_in()
        from patrondesk.bootstrap import open_library
        from patrondesk.services import tokens
        from patrondesk.services.signin import sign_in_by_token

        self._office = open_library(self.place, self.clock)
        self._office = sign_in_by_token(self._office, token, tokens.JOBS)
        return self._office

    def credentials(self) -> tuple[str, str]:
        """Username and password, for what happens without a library to sign in to. Raises Refused."""
        return self._staff(), self._password()

    def close(self) -> None:
        """Lets go of the library."""
        if self._office is not None:
            self._office.database.close()

    def _staff(self) -> str:
        if not self.staff:
            raise Refused(
                "Nobody is signed in.", "Say who you are with --staff USERNAME, or in PATRONDESK_STAFF.", "NOT_SIGNED_IN"
            )
        return self.staff

    @property
    def office(self) -> Office:
        """The office that `sign_in` gave."""
        assert self._office is not None, "nobody is signed in"
        return self._office

    @property
    def password(self) -> str:
        """The password that the person signed in with."""
        return self._given

    def _password(self) -> str:
        if password := os.environ.get("PATRONDESK_PASSWORD"):
            return password
        if not at_terminal():
            raise Refused(
                "No password was given, and nobody is there to be asked.", "Put it into PATRONDESK_PASSWORD.", "NO_PASSWORD"
            )
        return _typed(f"Password of {self.staff}: ")

    def new_password(self, variable: str = "PATRONDESK_PASSWORD") -> str:
        """A password for a new account: from this variable of the environment, else typed twice."""
        if password := os.environ.get(variable):
            return password
        if not at_terminal():
            raise Refused("No password was given, and nobody is there to be asked.", f"Put it into {variable}.", "NO_PASSWORD")
        password = _typed("New password: ")
        if _typed("The same again: ") != password:
            raise Refused("The two passwords are not the same.", "Try again.", "PASSWORDS_DIFFER")
        return password

    def confirm(self, sentence: str, number: int, typed_above: int, yes: bool) -> None:
        """Goes on with --yes, or when the person types what is asked: the number above `typed_above`, else yes.

        Raises NotConfirmed, also where there is no terminal to ask at.
        """
        if yes:
            return
        if not at_terminal():
            raise NotConfirmed(f"This was not confirmed; nothing was changed. {sentence}", "Repeat it with --yes.")
        self._asked(sentence, str(number) if number > typed_above else "yes")

    def confirm_here(self, sentence: str, yes: bool) -> None:
        """For what can be taken back: asked only where a person is at the terminal. Raises NotConfirmed."""
        if not yes and at_terminal():
            self._asked(sentence, "yes")

    def _asked(self, sentence: str, wanted: str) -> None:
        said = self.answer.ask(f"{sentence}\nType {wanted} to confirm:")
        if said.lower().replace(",", "") != wanted:
            raise NotConfirmed("This was not confirmed; nothing was changed.", f"Repeat it and type {wanted}, or use --yes.")


def _typed(prompt: str) -> str:
    import getpass

    return getpass.getpass(prompt)


def only_with(args: argparse.Namespace, option: str, holds: bool, condition: str) -> None:
    """Raises WrongUsage for an option that was given where it means nothing."""
    if getattr(args, option.lstrip("-").replace("-", "_")) not in (None, False, []) and not holds:
        raise WrongUsage(f"{option} goes together with {condition} only.", "Leave it out, or add the other.")
