"""Builds small libraries row by row, without the services under test."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk import folding
from patrondesk.database import Database
from patrondesk.models.access import AccessRequest, DataDownload
from patrondesk.models.fine import Fine, FineLine
from patrondesk.models.item import Item, Title
from patrondesk.models.library import PatronType, UserGroup, YearLevel
from patrondesk.models.loan import Loan
from patrondesk.models.patron import (
    Block,
    FormerBarcode,
    GuardOverride,
    Patron,
    PatronAttachment,
    PatronChange,
    PatronNote,
    Portrait,
    Protection,
)
from patrondesk.models.policy import Setting
from patrondesk.models.reservation import Reservation
from patrondesk.models.responsibility import Responsibility
from patrondesk.models.staff import Role, StaffAccount
from patrondesk.records.ids import FineId, LoanId, PatronId, ReservationId
from patrondesk.services.office import Office

LONG_AGO = dt.datetime(2025, 3, 4, 13, 37, 21, 123456, tzinfo=dt.UTC)

_NUMBERS: WeakKeyDictionary[Database, itertools.count[int]] = WeakKeyDictionary()


class School:
    """Adds rows; each method takes columns to change and returns the new row's key."""

    def __init__(self, session: Session, office: Office) -> None:
        self.session, self.library_id = session, office.library_id
        assert office.actor is not None
        self.staff_id = office.actor.staff_id
        # A library is added to in several goes; two libraries built alike are alike.
        self._numbers = _NUMBERS.setdefault(office.database, itertools.count(1))

    def _add(self, row: Any) -> int:
        self.session.add(row)
        self.session.flush()
        return int(row.id)

    def lookup(self, table: type[PatronType | UserGroup | YearLevel], name: str) -> int:
        """The key of a patron type, user group or year level of this name."""
        key = self.session.scalar(sa.select(table.id).where(table.name == name))
        more = {"position": int("".join(c for c in name if c.isdigit()) or 0)} if table is YearLevel else {}
        return key if key is not None else self._add(table(name=name, **more))

    def patron(self, **changed: Any) -> PatronId:
        """A deactivated pupil that nothing holds, with every identifier, each a word that nothing else contains."""
        n = next(self._numbers)
        row: dict[str, Any] = {
            "username": f"user{n:05d}z",
            "barcode": f"BC{n:06d}Q",
            "external_id": f"SIS{n:06d}K",
            "family_name": f"Quill{n:05d}x",
            "given_name": f"Vera{n:05d}y",
            "email": f"vera{n:05d}@example.org",
            "phone": f"+61-400-{n:06d}",
            "homeroom": f"12{'ABC'[n % 3]}",
            "birth_date": dt.date(2008, 5, 17),
            "enabled": False,
            "deactivated_at": LONG_AGO,
            "deactivated_by_id": self.staff_id,
            "deactivated_through": "hand",
            "expiry_date": dt.date(2025, 1, 31),
        } | changed
        row.setdefault("patron_type_id", self.lookup(PatronType, "student"))
        row.setdefault("year_level_id", self.lookup(YearLevel, "Year 12"))
        row.setdefault("sort_key", folding.sort_key(row["family_name"], row["given_name"]))
        words = (
            row["family_name"],
            row["given_name"],
            row["username"],
            row["barcode"],
            row["external_id"],
            row["homeroom"],
            "Year 12",
        )
        row.setdefault("search_text", folding.search_text(*words))
        return PatronId(self._add(Patron(library_id=self.library_id, created_at=LONG_AGO, updated_at=LONG_AGO, **row)))

    def name_of(self, patron: int) -> str:
        """A patron's given and family name."""
        row = self.session.get_one(Patron, patron)
        return f"{row.given_name} {row.family_name}"

    def username_of(self, patron: int) -> str:
        """A word that only this patron has."""
        return str(self.session.get_one(Patron, patron).username)

    def item(self, status: str = "available", price: int | None = 1250, title: str = "The Lighthouse") -> int:
        """A copy with a title of its own."""
        n = next(self._numbers)
        book = self._add(Title(library_id=self.library_id, title=f"{title} {n}", author="A. Writer"))
        return self._add(
            Item(
                library_id=self.library_id,
                title_id=book,
                barcode=f"ITEM{n}",
                collection="Fiction",
                price=price,
                status=status,
            )
        )

    def loan(self, patron: int | None, status: str = "returned", **changed: Any) -> LoanId:
        """A loan of a copy of its own."""
        n = next(self._numbers)
        item = self.item({"open": "on_loan", "lost": "lost"}.get(status, "available"))
        row: dict[str, Any] = {
            "checked_out_at": LONG_AGO - dt.timedelta(days=n % 90),
            "due_on": dt.date(2025, 4, 1),
            "external_id": f"LOAN{n}",
            "ended_at": None if status == "open" else LONG_AGO + dt.timedelta(days=2, hours=n % 5),
            "patron_type": "student",
            "user_group": "Seniors",
            "year_level": "Year 12",
            "homeroom": "12B",
            "academic_period": "2025",
            "collection": "Fiction",
        } | changed
        return LoanId(self._add(Loan(library_id=self.library_id, patron_id=patron, item_id=item, status=status, **row)))

    def fine(self, patron: int | None, balance: int | None = 500, status: str = "active", **changed: Any) -> FineId:
        """A fine of which `balance` is left. A closed one has 0 left and a payment."""
        n = next(self._numbers)
        row: dict[str, Any] = {
            "type": "Overdue",
            "amount": balance,
            "external_id": f"FINE{n}",
            "charged_on": dt.date(2025, 4, 2),
            "comment": f"told {self.name_of(patron)}" if patron is not None else None,
        } | changed
        left = 0 if status == "closed" else balance
        fine = FineId(self._add(Fine(library_id=self.library_id, patron_id=patron, status=status, balance=left, **row)))
        if status == "closed":
            self.line(fine, "payment", balance, comment=row["comment"])
        return fine

    def line(self, fine: int, kind: str, amount: int | None, **changed: Any) -> int:
        """A payment, waiver or credit against a fine."""
        return self._add(FineLine(fine_id=fine, kind=kind, amount=amount, at=LONG_AGO, author_id=self.staff_id, **changed))

    def reservation(self, patron: int, status: str = "open", item: int | None = None) -> ReservationId:
        """A request for this copy, or for one of its own."""
        item_ = self.session.get_one(Item, self.item() if item is None else item)
        asked = Reservation(
            library_id=self.library_id, patron_id=patron, title_id=item_.title_id, item_id=item_.id, status=status
        )
        return ReservationId(self._add(asked))

    def responsibility(self, patron: int, kind: str = "po_line", status: str = "open") -> int:
        """Something the record is in charge of."""
        return self._add(
            Responsibility(
                library_id=self.library_id,
                patron_id=patron,
                kind=kind,
                reference=f"for {self.name_of(patron)}",
                status=status,
            )
        )

    def protection(self, patron: int, until: dt.date | None = None, ended_at: dt.datetime | None = None) -> int:
        """A "keep" flag."""
        return self._add(
            Protection(
                patron_id=patron,
                reason=f"{self.name_of(patron)} comes back",
                author_id=self.staff_id,
                created_at=LONG_AGO,
                until=until,
                ended_at=ended_at,
            )
        )

    def request(self, patron: int, *, closed: bool = False, due_on: dt.date = dt.date(2025, 4, 18)) -> int:
        """A request to see the data."""
        return self._add(
            AccessRequest(
                patron_id=patron,
                rule="ferpa",
                opened_on=dt.date(2025, 3, 4),
                due_on=due_on,
                opened_by_id=self.staff_id,
                comment=f"asked by {self.name_of(patron)}",
                closed_at=LONG_AGO if closed else None,
                outcome="handed out" if closed else None,
            )
        )

    def override(self, patron: int, code: str) -> int:
        """A reason set aside until it is withdrawn."""
        return self._add(
            GuardOverride(patron_id=patron, code=code, comment="agreed", author_id=self.staff_id, created_at=LONG_AGO)
        )

    def staff(self, patron: int, role: str | None) -> int:
        """A staff account of a patron, in this role or in none any more."""
        key = self.session.scalar(sa.select(Role.id).where(Role.code == role)) if role else None
        return self._add(
            StaffAccount(
                library_id=self.library_id,
                patron_id=patron,
                display_name=self.name_of(patron),
                role_id=key,
                password_hash="$argon2id$none",
            )
        )

    def guarantee(self, dependent: int, guarantor: int) -> None:
        """The first depends on the second."""
        self.session.get_one(Patron, dependent).guarantor_id = guarantor
        self.session.flush()

    def belongings(self, patron: int) -> None:
        """What hangs on a patron and holds nobody: note, old card, lifted block, picture, file, changes, closed request."""
        n, who = next(self._numbers), self.name_of(patron)
        self._add(PatronNote(patron_id=patron, text=f"{who} likes owls", author_id=self.staff_id, created_at=LONG_AGO))
        self._add(FormerBarcode(patron_id=patron, barcode=f"OLD{n:06d}Q", replaced_on=dt.date(2024, 2, 1)))
        self._add(Block(patron_id=patron, comment=f"ask {who}", author_id=self.staff_id, created_at=LONG_AGO, lifted_at=LONG_AGO))
        self._add(Portrait(patron_id=patron, media_type="image/png", image=bytes(range(200)) + str(n).encode()))
        self.attachment(patron, f"letter to {who}.txt", f"about {who}".encode())
        for field, old, new in (("phone", None, f"was {who}"), ("homeroom", "11A", "12A"), ("email", f"{n}@example.org", None)):
            self.change(patron, field, old, new)
        self.download(patron, self.request(patron, closed=True))

    def attachment(self, patron: int, name: str = "letter.txt", content: bytes = b"Dear parents") -> int:
        """A file."""
        return self._add(
            PatronAttachment(
                patron_id=patron, name=name, media_type="text/plain", size=len(content), content=content,
                author_id=self.staff_id, created_at=LONG_AGO,
            )
        )  # fmt: skip

    def change(self, patron: int, field: str, old: str | None, new: str | None) -> int:
        """A field that was changed by hand."""
        row = PatronChange(patron_id=patron, field=field, old=old, new=new, author_id=self.staff_id, at=LONG_AGO)
        return self._add(row)

    def download(self, patron: int, request: int | None = None) -> int:
        """A download of the data."""
        return self._add(
            DataDownload(
                patron_id=patron, request_id=request, at=LONG_AGO, author_id=self.staff_id, format="json",
                reason=f"for {self.name_of(patron)}",
            )
        )  # fmt: skip

    def setting(self, key: str, value: str) -> None:
        """A setting of the library, as text."""
        self.session.merge(Setting(library_id=self.library_id, key=key, value=value))


@contextmanager
def building(office: Office, **settings: str) -> Iterator[School]:
    """A school to add to; what was added is there when the `with` ends."""
    with office.database.write() as session:
        school = School(session, office)
        for key, value in settings.items():
            school.setting(key, value)
        yield school
