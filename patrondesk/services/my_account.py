"""My account: what the signed-in person sees of themselves, and their own password; whatever their role, and nobody else."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from patrondesk import messages
from patrondesk.errors import NotFound
from patrondesk.models.fine import Fine
from patrondesk.models.item import Item, Title
from patrondesk.models.library import Library, PatronType, YearLevel
from patrondesk.models.loan import Loan
from patrondesk.models.patron import Patron
from patrondesk.models.reservation import Reservation
from patrondesk.models.staff import StaffAccount
from patrondesk.records.ids import LibraryId
from patrondesk.records.staff import MyAccount, MyFine, MyLoan, MyReservation
from patrondesk.services import names, passwords, signin, tokens
from patrondesk.services.door import Work, operation, permitted, require
from patrondesk.services.office import Office
from patrondesk.services.policy import read_policy


def find_own(work: Work) -> Patron:
    """The signed-in person's own record, at whichever library it is. Raises NotFound when it has gone."""
    patron = work.session.get(Patron, work.actor.id)
    account = work.session.get(StaffAccount, work.actor.staff_id)
    if patron is None or account is None or account.patron_id != patron.id:
        raise NotFound("Your own record is no longer there.", "Ask an administrator of the library.", "PATRON_GONE")
    return patron


@operation(reads=True)
def read_my_account(work: Work) -> MyAccount:
    """The person's record, open loans, unsettled fines and open reservations."""
    session, patron, today = work.session, find_own(work), work.clock.today()
    home = session.get_one(Library, patron.library_id)
    fines = _fines(work, patron)
    return MyAccount(
        names.full_name(patron.family_name, patron.given_name, patron.preferred_name),
        work.actor.role_name or work.actor.role,
        home.name,
        read_policy(session, LibraryId(home.id)).currency,
        _facts(work, patron),
        _loans(work, patron, today),
        fines,
        _reservations(work, patron),
        sum(fine.balance or 0 for fine in fines),
        sum(fine.balance is None for fine in fines),
    )


def _facts(work: Work, patron: Patron) -> tuple[tuple[str, str], ...]:
    session = work.session
    kind = session.scalar(sa.select(PatronType.name).where(PatronType.id == patron.patron_type_id))
    level = (
        session.scalar(sa.select(YearLevel.name).where(YearLevel.id == patron.year_level_id)) if patron.year_level_id else None
    )
    place = " ".join(word for word in (patron.state, patron.post_code) if word)
    address = ", ".join(word for word in (patron.street, patron.city, place, patron.country) if word)
    every = (
        ("Name", names.legal_name(patron.family_name, patron.given_name, patron.middle_name)),
        ("Preferred name", patron.preferred_name),
        ("Username", patron.username),
        ("Barcode", patron.barcode),
        ("External id", patron.external_id),
        ("Type", kind),
        ("Class", names.school_class(level, patron.homeroom)),
        ("Born", _day(patron.birth_date)),
        ("Gender", patron.gender),
        ("E-mail", patron.email),
        ("Phone", patron.phone),
        ("Address", address),
        ("Language", patron.language),
        ("Registered", _day(patron.registered_on)),
        ("Expires", _day(patron.expiry_date)),
    )
    return tuple((label, value) for label, value in every if value)


def _day(date: dt.date | None) -> str | None:
    return messages.day(date) if date is not None else None


def _loans(work: Work, patron: Patron, today: dt.date) -> tuple[MyLoan, ...]:
    rows = work.session.execute(
        sa.select(Title.title, Item.barcode, Loan.checked_out_at, Loan.due_on)
        .join(Item, Item.id == Loan.item_id)
        .join(Title, Title.id == Item.title_id)
        .where(Loan.patron_id == patron.id, Loan.status == "open")
        .order_by(Loan.due_on, Loan.id)
    )
    return tuple(
        MyLoan(title, barcode, at.astimezone().date(), due, due is not None and due < today) for title, barcode, at, due in rows
    )


def _fines(work: Work, patron: Patron) -> tuple[MyFine, ...]:
    rows = work.session.execute(
        sa.select(Fine, Title.title)
        .outerjoin(Loan, Loan.id == Fine.loan_id)
        .outerjoin(Item, Item.id == sa.func.coalesce(Fine.item_id, Loan.item_id))
        .outerjoin(Title, Title.id == Item.title_id)
        .where(Fine.patron_id == patron.id, Fine.status.in_(("active", "in_dispute")))
        .order_by(Fine.charged_on, Fine.id)
    )
    return tuple(
        MyFine(fine.type, title, fine.charged_on, fine.amount, fine.balance, fine.status == "in_dispute") for fine, title in rows
    )


def _reservations(work: Work, patron: Patron) -> tuple[MyReservation, ...]:
    rows = work.session.execute(
        sa.select(Title.title, Reservation.requested_on, Reservation.expires_on, Reservation.held_since)
        .join(Title, Title.id == Reservation.title_id)
        .where(Reservation.patron_id == patron.id, Reservation.status == "open")
        .order_by(Reservation.id)
    )
    return tuple(MyReservation(title, asked, until, held is not None) for title, asked, until, held in rows)


@permitted()
def change_password(office: Office, present: str, new: str) -> None:
    """Changes one's own password. Raises SignInRefused when the present one is wrong, which counts like a try at the door.

    Wherever the account signed in by itself, it has to sign in again.
    """
    actor = require(office)
    passwords.check_new(new)
    kept = signin.read_hash(office, actor.staff_id)
    right = passwords.matches_or_none(kept, present)
    hashed = passwords.hash_secret(new)
    with office.database.write() as session:
        refusal = signin.check_password(session, office, actor.staff_id, kept, right)
    if refusal is not None:
        raise refusal
    _set_own_password(office, kept, hashed)


@operation()
def _set_own_password(work: Work, kept: str | None, hashed: str) -> None:
    patron = find_own(work)
    account = work.session.get_one(StaffAccount, work.actor.staff_id)
    if account.password_hash != kept:
        raise NotFound("Your password was changed by somebody else meanwhile.", "Sign in again.", "PASSWORD_CHANGED")
    account.password_hash = hashed
    ended = tokens.end_all(work.session, account.id)
    work.record("staff.own_password", {"tokens": ended}, patron.id)
