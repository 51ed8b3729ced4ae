"""Signing in: who one is, with a growing delay after wrong passwords, and a new password by recovery code."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk import messages
from patrondesk.errors import NotFound, SignInRefused
from patrondesk.models.library import Library
from patrondesk.models.patron import Block, Patron
from patrondesk.models.staff import Role, StaffAccount
from patrondesk.records.ids import LibraryId, PatronId
from patrondesk.records.staff import Actor
from patrondesk.services import access, audit, passwords
from patrondesk.services.office import Office

_FREE_TRIES = 4
_LONGEST_WAIT = 300


def wait_seconds(failed_tries: int) -> int:
    """How long after the last wrong password the next try may come: none for four, then 5, 10, 20 ... 300 seconds."""
    return 0 if failed_tries <= _FREE_TRIES else min(_LONGEST_WAIT, 5 * 2 ** (failed_tries - _FREE_TRIES - 1))


def sign_in(office: Office, username: str, password: str, library: str | None = None) -> Office:
    """The office with this person at the desk. Raises SignInRefused; a wrong try is counted even so."""
    with office.database.write() as session:
        place = _library(session, library)
        account, patron, role = _account(session, place.id, username)
        now = office.clock.now()
        refusal = None
        if account is not None:
            refusal = _too_early(account, now)
        if refusal is None and (account is None or not passwords.matches(account.password_hash, password)):
            if account is not None:
                account.failed_tries += 1
                account.last_failed_at = now
            wait = wait_seconds(account.failed_tries) if account else 0
            again = f"Try again in {wait} seconds." if wait else "Try again."
            refusal = SignInRefused("That username and password do not go together.", again, "WRONG_PASSWORD")
        if refusal is None:
            assert account is not None
            refusal = _closed(session, office, patron, role)
        if refusal is None:
            assert account is not None
            assert patron is not None
            assert role is not None
            account.failed_tries, account.last_failed_at, account.last_signed_in_at = 0, None, now
            actor = Actor(
                PatronId(patron.id),
                account.id,
                patron.username or "",
                account.display_name,
                role.code,
                LibraryId(place.id),
                place.name,
                access.read_permissions(session, role.id),
            )
    if refusal is not None:
        raise refusal
    return office.signed_in(actor)


def _library(session: Session, short: str | None) -> Library:
    every = session.scalars(sa.select(Library).order_by(Library.id)).all()
    chosen = [place for place in every if short in (None, place.short_name)]
    if len(chosen) == 1:
        return chosen[0]
    names = messages.listed([place.short_name for place in every])
    if short is not None:
        raise NotFound(
            f"There is no library “{short}” here.", f"Choose one of: {names}." if names else "Make one with: patrondesk init"
        )
    if not every:
        raise NotFound("This database has no library yet.", "Make one with: patrondesk init")
    raise NotFound("This database has several libraries.", f"Say which with --library: {names}.")


def _account(session: Session, library_id: int, username: str) -> tuple[StaffAccount | None, Patron | None, Role | None]:
    row = session.execute(
        sa.select(StaffAccount, Patron, Role)
        .join(Patron, Patron.id == StaffAccount.patron_id)
        .outerjoin(Role, Role.id == StaffAccount.role_id)
        .where(Patron.library_id == library_id, Patron.username == username.strip())
    ).first()
    return (row[0], row[1], row[2]) if row else (None, None, None)


def _too_early(account: StaffAccount, now: dt.datetime) -> SignInRefused | None:
    wait = wait_seconds(account.failed_tries)
    if not wait or account.last_failed_at is None:
        return None
    passed = (now - account.last_failed_at).total_seconds()
    if 0 <= passed < wait:
        left = int(wait - passed) + 1
        return SignInRefused("Too many wrong passwords.", f"Try again in {left} seconds.", "TOO_EARLY")
    return None


def _closed(session: Session, office: Office, patron: Patron | None, role: Role | None) -> SignInRefused | None:
    """Why a right password does not open this account, if so."""
    ask = "Ask an administrator of the library."
    today = office.clock.today()
    if patron is None or role is None:
        return SignInRefused("This account has no role.", ask, "NO_ROLE")
    if not patron.enabled:
        return SignInRefused("This account is deactivated.", ask, "DEACTIVATED")
    if patron.expiry_date is not None and patron.expiry_date < today:
        return SignInRefused("This account is expired.", ask, "EXPIRED")
    blocked = session.scalar(
        sa.select(Block.id)
        .where(Block.patron_id == patron.id, Block.lifted_at.is_(None), sa.or_(Block.until.is_(None), Block.until >= today))
        .limit(1)
    )
    return SignInRefused("This account is blocked.", ask, "BLOCKED") if blocked is not None else None


def reset_password(office: Office, username: str, recovery_code: str, new_password: str, library: str | None = None) -> str:
    """Sets a new password with the recovery code, which is used up; returns the next code. Raises SignInRefused."""
    passwords.check_new(new_password)
    hashed, code = passwords.hash_secret(new_password), passwords.new_recovery_code()
    with office.database.write() as session:
        place = _library(session, library)
        account, patron, _ = _account(session, place.id, username)
        now = office.clock.now()
        refusal = _too_early(account, now) if account else None
        if refusal is None and (
            account is None or not passwords.matches(account.recovery_hash, passwords.plain_code(recovery_code))
        ):
            if account is not None:
                account.failed_tries += 1
                account.last_failed_at = now
            refusal = SignInRefused(
                "That username and recovery code do not go together.", "Look at the printed code and try again.", "WRONG_CODE"
            )
        if refusal is None:
            assert account is not None
            assert patron is not None
            account.password_hash, account.failed_tries, account.last_failed_at = hashed, 0, None
            account.recovery_hash = passwords.hash_secret(passwords.plain_code(code))
            audit.write_entry(
                session,
                now,
                library_id=place.id,
                actor_id=account.id,
                actor=account.display_name,
                operation="staff.reset_password",
                patron_id=patron.id,
                facts={},
            )
    if refusal is not None:
        raise refusal
    return code
