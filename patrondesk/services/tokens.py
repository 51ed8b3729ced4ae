"""Signing in without the password: a random token that is kept elsewhere; the library has only its SHA-256."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

import sqlalchemy as sa
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from patrondesk.errors import NotFound
from patrondesk.models.patron import Patron
from patrondesk.models.staff import SignInToken, StaffAccount
from patrondesk.records.staff import Permission, TokenLine
from patrondesk.services import names
from patrondesk.services.door import Work, operation

COMPUTER, JOBS = "computer", "jobs"
LASTS = dt.timedelta(days=90)


def digest(token: str) -> str:
    """What the library keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def end_all(session: Session, staff_id: int) -> int:
    """Ends every token of an account, as when its password changes; returns how many."""
    done = session.execute(sa.delete(SignInToken).where(SignInToken.staff_id == staff_id))
    assert isinstance(done, CursorResult)
    return done.rowcount


@operation()
def make_token(work: Work, purpose: str, label: str) -> str:
    """A token of 256 random bits for the signed-in person's own account, shown this once.

    It ends after 90 days without use. A former one of the same purpose and `label` (where it is kept) ends at once.
    """
    assert purpose in (COMPUTER, JOBS), purpose
    now, label = work.clock.now(), label.strip()[:120] or "a computer"
    mine = SignInToken.staff_id == work.actor.staff_id
    work.session.execute(sa.delete(SignInToken).where(mine, SignInToken.purpose == purpose, SignInToken.label == label))
    token = secrets.token_urlsafe(32)
    work.session.add(
        SignInToken(
            staff_id=work.actor.staff_id,
            purpose=purpose,
            label=label,
            digest=digest(token),
            created_at=now,
            last_used_at=None,
            expires_at=now + LASTS,
        )
    )
    work.record("staff.token", {"purpose": purpose}, work.actor.id)
    return token


def _lines(work: Work, *where: sa.ColumnElement[bool]) -> list[TokenLine]:
    rows = work.session.execute(
        sa.select(SignInToken, Patron)
        .join(StaffAccount, StaffAccount.id == SignInToken.staff_id)
        .join(Patron, Patron.id == StaffAccount.patron_id)
        .where(SignInToken.expires_at > work.clock.now(), *where)
        .order_by(Patron.sort_key, SignInToken.id)
    )
    return [
        TokenLine(
            token.id,
            patron.username or "",
            names.full_name(patron.family_name, patron.given_name, patron.preferred_name),
            token.purpose,
            token.label,
            token.created_at,
            token.last_used_at,
            token.expires_at,
        )
        for token, patron in rows
    ]


@operation(Permission.MANAGE_STAFF, reads=True)
def list_tokens(work: Work) -> list[TokenLine]:
    """Every token that is in force at the current library, by name."""
    return _lines(work, Patron.library_id == work.library_id)


@operation(reads=True)
def list_my_tokens(work: Work) -> list[TokenLine]:
    """The signed-in person's own."""
    return _lines(work, SignInToken.staff_id == work.actor.staff_id)


@operation(Permission.MANAGE_STAFF)
def revoke(work: Work, token_id: int) -> None:
    """Ends a token of somebody at the current library. Raises NotFound."""
    _revoke(work, token_id, Patron.library_id == work.library_id)


@operation()
def revoke_mine(work: Work, token_id: int) -> None:
    """Ends one of the signed-in person's own tokens. Raises NotFound."""
    _revoke(work, token_id, SignInToken.staff_id == work.actor.staff_id)


def _revoke(work: Work, token_id: int, where: sa.ColumnElement[bool]) -> None:
    found = work.session.execute(
        sa.select(SignInToken, StaffAccount.patron_id)
        .join(StaffAccount, StaffAccount.id == SignInToken.staff_id)
        .join(Patron, Patron.id == StaffAccount.patron_id)
        .where(SignInToken.id == token_id, where)
    ).first()
    if found is None:
        raise NotFound("This computer is not signed in by itself any more.", "Look at the list again.", "NO_TOKEN")
    work.session.delete(found[0])
    work.record("staff.revoke", {"purpose": found[0].purpose}, found[1])


def drop(session: Session, token: str) -> None:
    """Ends a token that its holder gives up."""
    session.execute(sa.delete(SignInToken).where(SignInToken.digest == digest(token)))
