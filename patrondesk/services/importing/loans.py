"""Loans from a file: open until the file says when they were returned."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from patrondesk.records.importing import ImportRequest, MessageKind
from patrondesk.services.door import Work
from patrondesk.services.importing.columns import date_column, key_column, number_column
from patrondesk.services.importing.links import ITEM_KEYS, PATRON_KEYS, Links, key_columns
from patrondesk.services.importing.loan_writing import LoanWriter
from patrondesk.services.importing.moments import MomentColumn, Moments, period_of
from patrondesk.services.importing.reading import Block, Reading, Ticket
from patrondesk.services.importing.remarks import Remarks
from patrondesk.services.importing.staging import Stager, make, staged
from patrondesk.services.importing.tables import LOANS, length
from patrondesk.services.policy import read_policy

M = MessageKind
NEEDED = (tuple(PATRON_KEYS), tuple(ITEM_KEYS))
_KEYS = (*PATRON_KEYS, *ITEM_KEYS)
_MOMENTS = ("checked_out_at", "day_begins", "day_ends", "ended_at")
_STAGED = ("external_id", *_KEYS, *_MOMENTS, "due_on", "renewals", "academic_period")


def take_in(work: Work, request: ImportRequest, remarks: Remarks, ticket: Ticket) -> None:
    """Reads the file into the library within the work's transaction."""
    session = work.session
    with Reading(request, remarks, NEEDED) as reading:
        soon = work.clock.today().year + 20
        columns = [
            key_column("external_id", length(LOANS, "external_id")), *key_columns(PATRON_KEYS, ITEM_KEYS),
            MomentColumn(date_column("checked_out", reading.order_of, soon, M.INVALID)),
            MomentColumn(date_column("returned", reading.order_of, soon, M.INVALID)),
            date_column("due", reading.order_of, soon, M.IGNORED), number_column("renewals", 0, 999),
        ]  # fmt: skip
        stage = staged("loans", (sa.Column(field, _kind(field)) for field in _STAGED))
        links = Links(session, work.library_id, stage, reading.fields, "loan", "changed", "reopens", needs_item=True)
        make(session, stage, links.fate)
        stager = Stager(session, stage, _STAGED, ("external_id", *_KEYS, "checked_out_at", "ended_at", "due_on"))
        moments = Moments(session)
        starts = read_policy(session, work.library_id).statistical_year_starts_in
        for block in reading.blocks(columns, ticket, _describe):
            block.fill(("external_id", *_KEYS, "checked_out", "returned", "due", "renewals"))
            _date(block, remarks, moments, work.clock.today())
            block.values["academic_period"] = [period_of(taken.date(), starts) for taken in block.values["checked_out"]]
            stager.add(block)
    links.run(remarks)
    ticket.check()
    LoanWriter(work, remarks, links).run(ticket)


def _kind(field: str) -> sa.types.TypeEngine[Any]:
    if field in _MOMENTS:
        return LOANS.c.checked_out_at.type
    return LOANS.c[field].type if field in LOANS.c else sa.Text()


def _describe(texts: dict[str, str]) -> tuple[str, str]:
    return next(filter(None, map(texts.get, PATRON_KEYS)), ""), next(filter(None, map(texts.get, ITEM_KEYS)), "")


def _date(block: Block, remarks: Remarks, moments: Moments, today: dt.date) -> None:
    """Puts moments beside the block's dates. A loan whose check-out is not told began when it was due, or today."""
    taken = block.values["checked_out"]
    for place, moment in enumerate(taken):
        if moment is None:
            due = block.values["due"][place]
            day = min(dt.date.fromisoformat(due), today) if due else today
            taken[place] = dt.datetime.combine(day, dt.time(12))
            said = f"The row has no check-out date; {day.isoformat()} is taken."
            remarks.say(block.lines[place], M.DEFAULTED, "CHECKED_OUT_DEFAULTED", "checked_out", said)
    told = [moments.of(moment) for moment in taken]
    for number, field in enumerate(("checked_out_at", "day_begins", "day_ends")):
        block.values[field] = [one[number] for one in told]
    block.values["ended_at"] = [moments.of(moment)[0] for moment in block.values["returned"]]
    block.values["due_on"] = block.values["due"]
