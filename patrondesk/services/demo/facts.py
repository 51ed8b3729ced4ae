"""What can happen to a patron of the made-up school, as plain values without keys of any table."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from patrondesk.services.demo.people import Person
from patrondesk.services.demo.shelf import Copy


class Loan(NamedTuple):
    """`copy` is a copy's number. `status`: open, returned, lost. `due_on` is after renewal.

    Year level, homeroom and period are as they were at check-out.
    """

    copy: int
    title: int
    checked_out_at: dt.datetime
    due_on: dt.date
    renewed_at: dt.datetime | None
    ended_at: dt.datetime | None
    status: str
    year_level: str | None
    homeroom: str | None
    period: str


class Line(NamedTuple):
    """A line of a fine: `kind` payment or waiver, `amount` in minor units."""

    kind: str
    amount: int
    at: dt.datetime
    reason: str | None


class Fine(NamedTuple):
    """`loan` is a place in the chapter's loans. The amount less its lines is the balance, where it is known."""

    type: str
    amount: int | None
    balance: int | None
    status: str
    charged_on: dt.date
    loan: int | None
    comment: str | None
    lines: tuple[Line, ...]


class Reservation(NamedTuple):
    """A request for a title (a place in the shelf's titles). `status`: open, filled, cancelled."""

    title: int
    requested_on: dt.date
    expires_on: dt.date
    status: str


class Block(NamedTuple):
    """A manual block; `lifted_at` where it is over."""

    comment: str
    created_at: dt.datetime
    until: dt.date | None
    lifted_at: dt.datetime | None


class Protection(NamedTuple):
    """A "keep" flag; it is over when `until` has passed."""

    reason: str
    created_at: dt.datetime
    until: dt.date | None


class Responsibility(NamedTuple):
    """Something the patron is in charge of; `status` open or closed."""

    kind: str
    reference: str
    status: str


class Note(NamedTuple):
    """Free text about the patron, without names."""

    text: str
    created_at: dt.datetime


class Chapter(NamedTuple):
    """All about one patron. `taken` are the copies that are out or lost with this patron, new to the shelf."""

    person: Person
    taken: tuple[Copy, ...]
    loans: list[Loan]
    fines: list[Fine]
    reservations: list[Reservation]
    blocks: list[Block]
    protections: list[Protection]
    responsibilities: list[Responsibility]
    notes: list[Note]
