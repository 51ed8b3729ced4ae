"""What the sign-in pages ask for. Passwords are left out of every representation."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SignInAsked:
    """A username and a password as they were typed."""

    username: str
    password: str = field(repr=False)
    library: str = ""
    """The short name of the library, in a database of several; empty for none in particular."""


@dataclass(frozen=True, slots=True)
class FirstStartAsked:
    """A new library and its administrator."""

    library: str
    username: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RecoveryAsked:
    """A new password by recovery code."""

    username: str
    code: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RestoreAsked:
    """A backup to put in the place of a library that cannot be opened, with a name and a password of the backup."""

    file: str
    username: str
    password: str = field(repr=False)
