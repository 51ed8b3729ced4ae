"""Turns the chapters of the made-up school into rows of the tables, gathered until a chunk is full."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from patrondesk import folding
from patrondesk.models.base import Base
from patrondesk.models.fine import Fine, FineLine
from patrondesk.models.item import Item
from patrondesk.models.loan import Loan
from patrondesk.models.patron import Block, FormerBarcode, Patron, PatronNote, Portrait, Protection
from patrondesk.models.reservation import Reservation
from patrondesk.models.responsibility import Responsibility
from patrondesk.models.staff import StaffAccount
from patrondesk.services.demo.facts import Chapter
from patrondesk.services.demo.house import HOUSE
from patrondesk.services.demo.people import Person, School
from patrondesk.services.demo.portraits import portrait
from patrondesk.services.demo.shelf import Copy, Shelf

Row = dict[str, Any]
# In the order in which references allow them to be written.
_MODELS: tuple[type[Base], ...] = (
    Item, Patron, StaffAccount, FormerBarcode, PatronNote, Block, Protection, Portrait, Loan, Fine, FineLine, Reservation,
    Responsibility,
)  # fmt: skip
_AS_THEY_ARE = (
    "username", "barcode", "external_id", "family_name", "given_name", "middle_name", "preferred_name", "gender", "birth_date",
    "email", "phone", "street", "city", "post_code", "language", "homeroom", "graduation_year", "expiry_date", "purge_date",
    "registered_on",
)  # fmt: skip
_LEFT_NOT: Row = dict.fromkeys(("deactivated_at", "deactivated_by_id", "deactivated_through", "deactivated_reason"))
_RECORD_TYPES = {"student": "public", "contact": "contact", "teacher": "staff", "staff": "staff", "department": "staff"}
_PERSONAS = {"student": "student", "teacher": "faculty"}
_ROLES = {account.username: account.role for account in HOUSE if account.role}
# The role that a leaver still has whose knot is a role.
_KEPT_ROLE = "assistant"


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys of the small tables by name, and the first key of each large one."""

    library: int
    librarian: int
    staff: int
    types: dict[str, int]
    groups: dict[str, int]
    levels: dict[str, int]
    cohorts: dict[str, int]
    roles: dict[str, int]
    title: int
    item: int
    patron: int
    loan: int
    fine: int


class Rows:
    """Rows of all tables for the chapters added since the last `take`."""

    def __init__(self, school: School, shelf: Shelf, keys: Keys) -> None:
        self._school, self._shelf, self._keys = school, shelf, keys
        self._loan, self._fine = keys.loan, keys.fine
        self._librarian = school.patrons  # the first account of the house
        self._new: dict[type[Base], list[Row]] = {model: [] for model in _MODELS}
        self._updates: list[tuple[int, Row]] = []

    def take(self) -> list[tuple[type[Base], list[Row]]]:
        """The rows gathered, table by table in an order that references allow; they are handed over once."""
        taken = [(model, rows) for model, rows in self._new.items() if rows]
        self._new = {model: [] for model in _MODELS}
        return taken

    def take_updates(self) -> list[tuple[int, Row]]:
        """Changes of patrons that exist already, by key: the librarian, whom the new library came with."""
        taken, self._updates = self._updates, []
        return taken

    def item(self, copy: Copy) -> Row:
        """A copy as a row."""
        title = self._shelf.titles[copy.title]
        return {
            "id": self._keys.item + copy.number, "library_id": self._keys.library, "title_id": self._keys.title + copy.title,
            "barcode": copy.barcode, "call_number": title.call_number, "collection": title.collection, "price": title.price,
            "status": copy.status,
        }  # fmt: skip

    def add(self, chapter: Chapter) -> None:
        """Gathers the rows of one patron."""
        person = chapter.person
        patron_id = self._id(person.number)
        self._new[Item] += map(self.item, chapter.taken)
        values = self._patron(person)
        if person.number == self._librarian:
            self._updates.append((patron_id, values))
        else:
            self._new[Patron].append({"id": patron_id, **values})
            self._role(person, patron_id)
        if person.former_barcode:
            changed = person.registered_on + dt.timedelta(days=200)
            self._new[FormerBarcode].append({"patron_id": patron_id, "barcode": person.former_barcode, "replaced_on": changed})
        if not self._school.plain and (drawing := portrait(person, self._school.seed)):
            self._new[Portrait].append({"patron_id": patron_id, "media_type": "image/svg+xml", "image": drawing.encode()})
        first_loan = self._loans(chapter, patron_id)
        self._fines(chapter, patron_id, first_loan)
        self._other(chapter, patron_id)

    def _id(self, number: int) -> int:
        if number == self._librarian:
            return self._keys.librarian
        # Behind the librarian the numbers close up.
        return self._keys.patron + number - (1 if number > self._librarian else 0)

    def _patron(self, person: Person) -> Row:
        keys, leaving, left = self._keys, person.leaving, _LEFT_NOT
        registered = _noon(person.registered_on)
        if leaving:
            left = {
                "deactivated_at": _noon(leaving.on), "deactivated_by_id": keys.staff, "deactivated_through": leaving.through,
                "deactivated_reason": leaving.reason,
            }  # fmt: skip
        by_hand = person.number >= self._librarian or person.kind == "contact"
        return {
            **{field: getattr(person, field) for field in _AS_THEY_ARE},
            **left,
            "library_id": keys.library,
            "sort_key": folding.sort_key(person.family_name, person.preferred_name or person.given_name),
            "search_text": folding.search_text(
                person.family_name, person.given_name, person.middle_name, person.preferred_name, person.username,
                person.barcode, person.former_barcode, person.external_id, person.homeroom, person.year_level,
            ),
            "country": "New Zealand",
            "patron_type_id": keys.types[person.kind],
            "user_group_id": keys.groups[person.user_group],
            "record_type": _RECORD_TYPES[person.kind],
            "account_type": "internal" if by_hand else "external",
            "persona": _PERSONAS.get(person.kind, "other"),
            "year_level_id": keys.levels[person.year_level] if person.year_level else None,
            "cohort_id": keys.cohorts[f"Class of {person.graduation_year}"] if person.graduation_year else None,
            "enabled": leaving is None,
            "guarantor_id": self._id(person.guarantor) if person.guarantor is not None else None,
            "created_at": registered,
            "updated_at": _noon(leaving.on) if leaving else registered,
        }  # fmt: skip

    def _role(self, person: Person, patron_id: int) -> None:
        role = _KEPT_ROLE if person.knot == "role" else _ROLES.get(person.username)
        if role:
            name = f"{person.given_name} {person.family_name}" if person.given_name else person.family_name
            self._new[StaffAccount].append({
                "library_id": self._keys.library, "patron_id": patron_id, "display_name": name, "role_id": self._keys.roles[role],
            })  # fmt: skip

    def _loans(self, chapter: Chapter, patron_id: int) -> int:
        keys, person, rows, first = self._keys, chapter.person, self._new[Loan], self._loan
        titles = self._shelf.titles
        for loan in chapter.loans:
            rows.append({
                "id": self._loan, "library_id": keys.library, "patron_id": patron_id, "item_id": keys.item + loan.copy,
                "checked_out_at": loan.checked_out_at, "due_on": loan.due_on, "renewed_at": loan.renewed_at,
                "renewals": 1 if loan.renewed_at else 0, "ended_at": loan.ended_at, "status": loan.status,
                "patron_type": person.kind, "user_group": person.user_group, "year_level": loan.year_level,
                "homeroom": loan.homeroom, "academic_period": loan.period, "collection": titles[loan.title].collection,
            })  # fmt: skip
            self._loan += 1
        return first

    def _fines(self, chapter: Chapter, patron_id: int, first_loan: int) -> None:
        for fine in chapter.fines:
            loan = chapter.loans[fine.loan] if fine.loan is not None else None
            self._new[Fine].append({
                "id": self._fine, "library_id": self._keys.library, "patron_id": patron_id,
                "loan_id": first_loan + fine.loan if fine.loan is not None else None,
                "item_id": self._keys.item + loan.copy if loan else None, "type": fine.type,
                "origin": "lost" if loan and loan.status == "lost" else "desk", "amount": fine.amount, "balance": fine.balance,
                "status": fine.status, "charged_on": fine.charged_on, "comment": fine.comment,
            })  # fmt: skip
            author = {"fine_id": self._fine, "author_id": self._keys.staff}
            self._new[FineLine] += [{**author, **line._asdict()} for line in fine.lines]
            self._fine += 1

    def _other(self, chapter: Chapter, patron_id: int) -> None:
        mine = {"patron_id": patron_id}
        ours, here = {**mine, "author_id": self._keys.staff}, {**mine, "library_id": self._keys.library}
        for block in chapter.blocks:
            lifted_by = self._keys.staff if block.lifted_at else None
            self._new[Block].append({**ours, **block._asdict(), "lifted_by_id": lifted_by})
        for asked in chapter.reservations:
            values = asked._asdict()
            del values["title"]
            self._new[Reservation].append({**here, **values, "title_id": self._keys.title + asked.title})
        self._new[Protection] += [{**ours, **protection._asdict()} for protection in chapter.protections]
        self._new[PatronNote] += [{**ours, **note._asdict()} for note in chapter.notes]
        self._new[Responsibility] += [{**here, **thing._asdict()} for thing in chapter.responsibilities]


def _noon(day: dt.date) -> dt.datetime:
    """A moment that is on this day in most of the world."""
    return dt.datetime(day.year, day.month, day.day, 10, tzinfo=dt.UTC)
