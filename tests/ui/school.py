"""A small made-up school for the screens: patrons, loans, fines written straight into a library, and ways to wait for them."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from PySide6.QtCore import QDeadlineTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from patrondesk.clock import Clock
from patrondesk.database import Database
from patrondesk.models.fine import Fine
from patrondesk.models.item import Item, Title
from patrondesk.models.library import YearLevel
from patrondesk.models.loan import Loan
from patrondesk.models.patron import FormerBarcode, Patron
from patrondesk.models.reservation import Reservation
from patrondesk.records.ids import LoanId, PatronId
from patrondesk.services import activation, patrons, policy, signin
from patrondesk.services.office import Office
from patrondesk.services.patrons import NewPatron

TODAY = dt.date(2026, 12, 4)
_PATIENCE_MS = 5000
LIBRARIAN, PASSWORD = "mokafor", "eleven blue bicycles"


@dataclass
class School:
    """A library file with the librarian signed in."""

    office: Office

    def patron(self, family: str, given: str, username: str, *, enabled: bool = False, **more: Any) -> PatronId:
        """A patron with a year level; deactivated unless said otherwise."""
        new = NewPatron(family_name=family, given_name=given, username=username, year_level="Year 12", homeroom="12C", **more)
        key = patrons.add_patron(self.office, new)
        if not enabled:
            activation.disable(self.office, key, "graduated")
        return key

    def loan(self, patron: PatronId, title: str, price: int | None, due: dt.date = dt.date(2026, 11, 18)) -> LoanId:
        """An open loan of a new item."""
        with self.office.database.write() as session:
            book = Title(library_id=self.office.library_id, title=title, author="Brown, Peter")
            session.add(book)
            session.flush()
            item = Item(
                library_id=self.office.library_id, title_id=book.id, barcode=f"B{30000 + book.id:07d}", collection="Fiction",
                price=price, status="on_loan",
            )  # fmt: skip
            session.add(item)
            session.flush()
            loan = Loan(
                library_id=self.office.library_id, patron_id=patron, item_id=item.id, due_on=due,
                checked_out_at=dt.datetime(2026, 11, 4, 9, tzinfo=dt.UTC),
            )  # fmt: skip
            session.add(loan)
            session.flush()
            return LoanId(loan.id)

    def fine(self, patron: PatronId, balance: int | None, status: str = "active", kind: str = "Damaged") -> int:
        """A fine; a balance of None is a bill of unknown amount."""
        with self.office.database.write() as session:
            fine = Fine(
                library_id=self.office.library_id, patron_id=patron, type=kind, amount=balance, balance=balance, status=status,
                charged_on=dt.date(2026, 11, 3),
            )  # fmt: skip
            session.add(fine)
            session.flush()
            return fine.id

    def reservation(self, patron: PatronId, title: str, requested: dt.date | None = dt.date(2026, 10, 5)) -> int:
        """An open request, for a copy of its own that is on hold."""
        with self.office.database.write() as session:
            book = Title(library_id=self.office.library_id, title=title, author="Brown, Peter")
            session.add(book)
            session.flush()
            item = Item(library_id=self.office.library_id, title_id=book.id, barcode=f"R{book.id:07d}", status="on_hold")
            session.add(item)
            session.flush()
            asked = Reservation(
                library_id=self.office.library_id, patron_id=patron, title_id=book.id, item_id=item.id, requested_on=requested
            )
            session.add(asked)
            session.flush()
            return asked.id

    def old_card(self, patron: PatronId, barcode: str) -> None:
        """A former barcode, which is searched for as well."""
        with self.office.database.write() as session:
            row = session.get_one(Patron, patron)
            session.add(FormerBarcode(patron_id=patron, barcode=barcode, replaced_on=TODAY))
            row.search_text += f"\x01{barcode.lower()}"

    def set(self, key: str, value: str) -> None:
        """Changes a setting of the library."""
        policy.change_setting(self.office, key, value)

    def loans(self, patron: PatronId) -> dict[str, str]:
        """The states of a patron's loans by title."""
        with self.office.database.read() as session:
            rows = session.execute(
                sa.select(Title.title, Loan.status)
                .join(Item, Item.title_id == Title.id)
                .join(Loan, Loan.item_id == Item.id)
                .where(Loan.patron_id == patron)
            )
            return {title: status for title, status in rows}

    def item_states(self) -> list[str]:
        """The states of all items, in the order in which they were made."""
        with self.office.database.read() as session:
            return list(session.scalars(sa.select(Item.status).order_by(Item.id)))


def open_school(template: Path, folder: Path) -> School:
    """A copy of the migrated library with its librarian signed in, on a fixed business day."""
    file = shutil.copyfile(template, folder / "library.patrondesk")
    office = signin.sign_in(Office(Database(str(file)), Clock(TODAY)), LIBRARIAN, PASSWORD)
    with office.database.write() as session:
        session.add(YearLevel(name="Year 12", position=6))
    return School(office)


def _visible(name: str, kind: type[QWidget]) -> list[QWidget]:
    every = [widget for top in QApplication.topLevelWidgets() for widget in (top, *top.findChildren(kind))]
    return list({id(each): each for each in every if each.objectName() == name and each.isVisible()}.values())


def shown(root: QWidget, name: str, kind: type[QWidget] = QWidget) -> Any:
    """The one visible widget of that name; it is `root`, or in it or in a dialog over it.

    A widget that was just put into a layout shows when the event loop comes round to it, so this waits for it.
    """
    limit = QDeadlineTimer(_PATIENCE_MS)
    while len(visible := _visible(name, kind)) != 1 and not limit.hasExpired():
        QTest.qWait(5)
    assert len(visible) == 1, f"{len(visible)} visible widgets called {name}"
    return visible[0]


def is_shown(name: str) -> bool:
    """Whether a widget of that name is on show."""
    every = [widget for top in QApplication.topLevelWidgets() for widget in (top, *top.findChildren(QWidget))]
    return any(widget.objectName() == name and widget.isVisible() for widget in every)


def button(root: QWidget, name: str) -> QAbstractButton:
    """The visible button of that name."""
    found = shown(root, name, QAbstractButton)
    assert isinstance(found, QAbstractButton)
    return found


def here() -> QWidget:
    """The widget that has the focus."""
    widget = QApplication.focusWidget()
    assert widget is not None, "nothing has the focus"
    return widget
