"""Passwords and recovery codes: argon2id hashes, and what makes a password acceptable."""

from __future__ import annotations

import secrets

from patrondesk.errors import Refused

SHORTEST = 8
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # no 0 O 1 I: the code is copied by hand
# Of a secret that was thrown away: comparing with it takes as long as comparing with somebody's. A test holds its costs equal.
NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$3ATAzQTvDYNVlk4lscBLCw$5PHUytxglN0Uga6jFjcdNjVHYOaoLXc8EQoZWQ0O7RQ"


def hash_secret(secret: str) -> str:
    """The argon2id hash of a password or recovery code, parameters included."""
    from argon2 import PasswordHasher

    return PasswordHasher().hash(secret)


def matches(hashed: str | None, secret: str) -> bool:
    """Whether the secret belongs to the hash; no hash matches nothing."""
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    if not hashed:
        return False
    try:
        return PasswordHasher().verify(hashed, secret)
    except (VerificationError, InvalidHashError):
        return False


def matches_or_none(hashed: str | None, secret: str) -> bool:
    """Whether the secret belongs to the hash; where there is none it takes as long, so that nobody learns who has an account."""
    return matches(hashed or NOBODYS, secret) and bool(hashed)


def check_new(password: str) -> None:
    """Raises Refused when a new password is too short or only blanks."""
    if len(password.strip()) < SHORTEST:
        raise Refused(
            f"The password is shorter than {SHORTEST} characters.",
            "Choose a longer one; three or four words are good.",
            "PASSWORD_SHORT",
        )


def new_recovery_code() -> str:
    """A code to print and lock away: four groups of five letters."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(4))


def plain_code(code: str) -> str:
    """A recovery code as it is compared: without case, blanks and dashes."""
    return "".join(c for c in code.upper() if c.isalnum())
