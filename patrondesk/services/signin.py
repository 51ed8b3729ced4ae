"""Signing in: who one is, with a growing delay after wrong passwords, and a new password by recovery code."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk import messages
from patrondesk.errors import NotFound, SignInRefused
from patrondesk.models.library import Library
from patrondesk.models.patron import Block, Patron
from patrondesk.models.staff import Role, SignInToken, StaffAccount, StaffLibrary
from patrondesk.records.ids import LibraryId, PatronId
from patrondesk.records.staff import Actor
from patrondesk.services import access, audit, passwords, tokens
from patrondesk.services.office import Office

_FREE_TRIES = 4
_LONGEST_WAIT = 300
_ASK = "Ask an administrator of the library."
_MOST_STRANGERS = 1000


@dataclass(slots=True)
class _Stranger:
    """The wrong tries of a username that nobody has: it waits like anybody's, while this program runs."""

    failed_tries: int = 0
    last_failed_at: dt.datetime | None = None


_strangers: dict[tuple[str, str], _Stranger] = {}


@dataclass(slots=True)
class _Found:
    """An account, its person, its role, and the library at which they would be."""

    account: StaffAccount
    patron: Patron
    role: Role | None
    place: Library


def wait_seconds(failed_tries: int) -> int:
    """How long after the last wrong password the next try may come: none for four, then 5, 10, 20 ... 300 seconds."""
    return 0 if failed_tries <= _FREE_TRIES else min(_LONGEST_WAIT, 5 * 2 ** (failed_tries - _FREE_TRIES - 1))


def sign_in(office: Office, username: str, password: str, library: str | None = None) -> Office:
    """The office with this person at the desk. Raises SignInRefused; a wrong try is counted even so.

    In a database of several libraries `library` (a short name) says at which; a district person may leave it out.
    """
    stranger = _stranger(office, username)
    hashed = _look(office, username, library, stranger)
    right = passwords.matches_or_none(hashed, password)  # as slow for nobody as for somebody, and outside the transaction
    with office.database.write() as session:
        found = _find(session, username, library)
        now = office.clock.now()
        tries = found.account if found is not None else stranger
        refusal = _too_early(tries, now)
        if refusal is None and (found is None or not right or found.account.password_hash != hashed):
            refusal = _wrong(tries, now, "That username and password do not go together.")
            refusal.next_step += _which_library(session, library)
        if refusal is None and found is not None:
            refusal = _closed(session, office, found)
        if refusal is None:
            assert found is not None
            actor = _enter(session, found, now)
    if refusal is not None:
        raise refusal
    return office.signed_in(actor)


def sign_in_by_token(office: Office, token: str, purpose: str = tokens.COMPUTER) -> Office:
    """The office with the token's owner at the desk, at their own library; the token lasts another 90 days from now.

    Raises SignInRefused for a token that is unknown, ended, or whose account may not sign in.
    """
    with office.database.write() as session:
        now = office.clock.now()
        held = session.scalars(
            sa.select(SignInToken).where(
                SignInToken.digest == tokens.digest(token), SignInToken.purpose == purpose, SignInToken.expires_at > now
            )
        ).first()
        found = _by_account(session, held.staff_id) if held is not None else None
        refusal: SignInRefused | None
        if held is None or found is None:
            refusal = SignInRefused(
                "This computer is not signed in by itself any more.", "Sign in with the password.", "NO_TOKEN"
            )
        else:
            refusal = _closed(session, office, found)
            if refusal is None:
                held.last_used_at, held.expires_at = now, now + tokens.LASTS
                actor = _enter(session, found, now)
    if refusal is not None:
        raise refusal
    return office.signed_in(actor)


def _look(office: Office, username: str, library: str | None, stranger: _Stranger) -> str | None:
    """The hash that a password is to be compared with. Raises SignInRefused while it is too early for another try."""
    with office.database.read() as session:
        found = _find(session, username, library)
        if early := _too_early(found.account if found is not None else stranger, office.clock.now()):
            raise early
        return found.account.password_hash if found is not None else None


def _stranger(office: Office, username: str) -> _Stranger:
    if len(_strangers) > _MOST_STRANGERS:
        _strangers.clear()
    return _strangers.setdefault((str(office.database.path or office.database.name), username.strip()), _Stranger())


def _enter(session: Session, found: _Found, now: dt.datetime) -> Actor:
    """Notes the sign-in; the person as operations know them."""
    account = found.account
    account.failed_tries, account.last_failed_at, account.last_signed_in_at = 0, None, now
    return _actor(session, found)


def _actor(session: Session, found: _Found) -> Actor:
    account, patron, role, place = found.account, found.patron, found.role, found.place
    assert role is not None
    return Actor(
        PatronId(patron.id),
        account.id,
        patron.username or "",
        account.display_name,
        role.code,
        LibraryId(place.id),
        place.name,
        access.read_permissions(session, role.id),
        role.name,
    )


def _wrong(tries: StaffAccount | _Stranger, now: dt.datetime, text: str) -> SignInRefused:
    """Counts a wrong try; the refusal is the same for somebody and for nobody."""
    tries.failed_tries += 1
    tries.last_failed_at = now
    wait = wait_seconds(tries.failed_tries)
    return SignInRefused(text, f"Try again in {wait} seconds." if wait else "Try again.", "WRONG_PASSWORD")


def _every(session: Session) -> list[Library]:
    return list(session.scalars(sa.select(Library).order_by(Library.id)))


def _which_library(session: Session, short: str | None) -> str:
    every = _every(session)
    if short is not None or len(every) < 2:
        return ""
    return f" This database has several libraries: say which with --library ({_names(every)})."


def _names(every: list[Library]) -> str:
    return messages.listed([place.short_name for place in every])


def _find(session: Session, username: str, short: str | None) -> _Found | None:
    """The account that is meant: one of the library itself before a district person who works there."""
    every = _every(session)
    if not every:
        raise NotFound("This database has no library yet.", "Make one with: patrondesk init")
    chosen = next((place for place in every if place.short_name == short), None) if short is not None else None
    if short is not None and chosen is None:
        raise NotFound(f"There is no library “{short}” here.", f"Choose one of: {_names(every)}.")
    if chosen is None and len(every) == 1:
        chosen = every[0]
    rows = session.execute(_accounts().where(Patron.username == username.strip()).order_by(StaffAccount.id)).all()
    by_id = {place.id: place for place in every}
    for account, patron, role in rows:
        if chosen is not None and patron.library_id == chosen.id:
            return _Found(account, patron, role, chosen)
    district = [(account, patron, role) for account, patron, role in rows if _is_district(role)]
    for account, patron, role in district:
        reach = reach_of(session, account.id)
        if chosen is not None and chosen.id in reach:
            return _Found(account, patron, role, chosen)
    if chosen is None and len(district) == 1:
        account, patron, role = district[0]
        return _Found(account, patron, role, by_id[_home(session, account, patron)])
    return None


def _by_account(session: Session, staff_id: int) -> _Found | None:
    row = session.execute(_accounts().where(StaffAccount.id == staff_id)).first()
    if row is None:
        return None
    account, patron, role = row
    home = _home(session, account, patron) if _is_district(role) else patron.library_id
    return _Found(account, patron, role, session.get_one(Library, home))


def _accounts() -> sa.Select[StaffAccount, Patron, Role]:
    return (
        sa.select(StaffAccount, Patron, Role)
        .join(Patron, Patron.id == StaffAccount.patron_id)
        .outerjoin(Role, Role.id == StaffAccount.role_id)
    )


def _is_district(role: Role | None) -> bool:
    return role is not None and role.code == access.DISTRICT


def reach_of(session: Session, staff_id: int) -> list[int]:
    """The libraries at which somebody with the district role works, in order: those bound, else all."""
    bound = sa.select(StaffLibrary.library_id).where(StaffLibrary.staff_id == staff_id).order_by(StaffLibrary.library_id)
    return list(session.scalars(bound)) or list(session.scalars(sa.select(Library.id).order_by(Library.id)))


def _home(session: Session, account: StaffAccount, patron: Patron) -> int:
    """Where a district person begins: at their own library, where they work there."""
    reach = reach_of(session, account.id)
    return patron.library_id if patron.library_id in reach else reach[0]


def _too_early(tries: StaffAccount | _Stranger, now: dt.datetime) -> SignInRefused | None:
    wait = wait_seconds(tries.failed_tries)
    if not wait or tries.last_failed_at is None:
        return None
    passed = (now - tries.last_failed_at).total_seconds()
    if 0 <= passed < wait:
        left = int(wait - passed) + 1
        return SignInRefused("Too many wrong passwords.", f"Try again in {left} seconds.", "TOO_EARLY")
    return None


def _closed(session: Session, office: Office, found: _Found) -> SignInRefused | None:
    """Why a right password does not open this account, if so."""
    patron, today = found.patron, office.clock.today()
    if found.role is None:
        return SignInRefused("This account has no role.", _ASK, "NO_ROLE")
    if not patron.enabled:
        return SignInRefused("This account is deactivated.", _ASK, "DEACTIVATED")
    if patron.expiry_date is not None and patron.expiry_date < today:
        return SignInRefused("This account is expired.", _ASK, "EXPIRED")
    blocked = session.scalar(
        sa.select(Block.id)
        .where(Block.patron_id == patron.id, Block.lifted_at.is_(None), sa.or_(Block.until.is_(None), Block.until >= today))
        .limit(1)
    )
    return SignInRefused("This account is blocked.", _ASK, "BLOCKED") if blocked is not None else None


def reset_password(office: Office, username: str, recovery_code: str, new_password: str, library: str | None = None) -> str:
    """Sets a new password with the recovery code, which is used up; returns the next code. Raises SignInRefused.

    Wherever the account signed in by itself, it has to sign in again.
    """
    passwords.check_new(new_password)
    stranger = _stranger(office, username)
    with office.database.read() as session:
        there = _find(session, username, library)
        if early := _too_early(there.account if there is not None else stranger, office.clock.now()):
            raise early
        kept = there.account.recovery_hash if there is not None else None
    right = passwords.matches_or_none(kept, passwords.plain_code(recovery_code))
    hashed, code = passwords.hash_secret(new_password), passwords.new_recovery_code()
    next_kept = passwords.hash_secret(passwords.plain_code(code))
    with office.database.write() as session:
        found = _find(session, username, library)
        now = office.clock.now()
        tries = found.account if found is not None else stranger
        refusal = _too_early(tries, now)
        if refusal is None and (found is None or not right or found.account.recovery_hash != kept):
            refusal = _wrong(tries, now, "That username and recovery code do not go together.")
            refusal.next_step, refusal.code = "Look at the printed code and try again.", "WRONG_CODE"
        if refusal is None:
            assert found is not None
            account = found.account
            account.password_hash, account.failed_tries, account.last_failed_at = hashed, 0, None
            account.recovery_hash = next_kept
            tokens.end_all(session, account.id)
            audit.write_entry(
                session,
                now,
                library_id=found.patron.library_id,
                actor_id=account.id,
                actor=account.display_name,
                operation="staff.reset_password",
                patron_id=found.patron.id,
                facts={},
            )
    if refusal is not None:
        raise refusal
    return code


def check_password(session: Session, office: Office, staff_id: int, hashed: str | None, right: bool) -> SignInRefused | None:
    """For a present password that was asked again: the refusal, counted like one at the door, or None when it was right."""
    account = session.get_one(StaffAccount, staff_id)
    now = office.clock.now()
    early = _too_early(account, now)
    if early is not None:
        return early
    if not right or account.password_hash != hashed:
        return _wrong(account, now, "That is not your present password.")
    account.failed_tries, account.last_failed_at = 0, None
    return None


def read_hash(office: Office, staff_id: int) -> str | None:
    """The present password's hash of an account. Raises SignInRefused while it is too early for another try."""
    with office.database.read() as session:
        account = session.get_one(StaffAccount, staff_id)
        if early := _too_early(account, office.clock.now()):
            raise early
        return account.password_hash


def find_actor(office: Office, staff_id: int) -> Actor:
    """The person of an account, with that account's rights, for work that was set up to run as them.

    Raises SignInRefused when the account may not sign in. Who may ask for it is the caller's to check.
    """
    with office.database.read() as session:
        found = _by_account(session, staff_id)
        refusal = (
            _closed(session, office, found)
            if found is not None
            else SignInRefused("The account that this was set up for is gone.", _ASK, "NO_ACCOUNT")
        )
        if refusal is not None:
            raise refusal
        assert found is not None
        return _actor(session, found)
