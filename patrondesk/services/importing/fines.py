"""Fines from a file: amounts, what was paid, what is owed; an amount that nobody knows stays unknown."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from patrondesk.records.importing import ImportRequest, MessageKind
from patrondesk.services.door import Work
from patrondesk.services.importing.columns import choice_column, date_column, key_column, money_column, noon, text_column
from patrondesk.services.importing.fine_writing import FineWriter
from patrondesk.services.importing.links import ITEM_KEYS, PATRON_KEYS, Links, key_columns
from patrondesk.services.importing.moments import Moments
from patrondesk.services.importing.reading import Block, Reading, Ticket
from patrondesk.services.importing.remarks import Remarks
from patrondesk.services.importing.staging import Stager, make, staged
from patrondesk.services.importing.tables import FINE_LINES, FINES, LOANS, length
from patrondesk.services.policy import read_policy

M = MessageKind
NEEDED = ((*PATRON_KEYS, "loan"),)
_KEYS = (*PATRON_KEYS, *ITEM_KEYS)
_READ = ("external_id", *_KEYS, "loan", "type", "charged_on", "amount", "paid", "balance", "status", "comment")
_STAGED = (*_READ, "waived", "paid_at")
_WORDS = {
    "active": "active, open, unpaid, outstanding, owed, charged, new, overdue, partially paid, current",
    "in_dispute": "in dispute, disputed, dispute, claimed",
    "closed": "closed, paid, waived, forgiven, cancelled, canceled, settled, written off, refunded, complete",
}  # fmt: skip
_STATUSES = {word.strip(): status for status, said in _WORDS.items() for word in said.split(",")}


def take_in(work: Work, request: ImportRequest, remarks: Remarks, ticket: Ticket) -> None:
    """Reads the file into the library within the work's transaction."""
    session, currency = work.session, read_policy(work.session, work.library_id).currency
    with Reading(request, remarks, NEEDED) as reading:
        columns = [
            key_column("external_id", length(FINES, "external_id")), *key_columns(PATRON_KEYS, ITEM_KEYS),
            key_column("loan", length(LOANS, "external_id")), text_column("type", length(FINES, "type")),
            date_column("charged_on", reading.order_of, work.clock.today().year, M.IGNORED),
            *(money_column(field, currency, M.INVALID) for field in ("amount", "paid", "balance")),
            choice_column("status", _STATUSES, M.INVALID), text_column("comment", None),
        ]  # fmt: skip
        stage = staged("fines", (sa.Column(field, _kind(field)) for field in _STAGED))
        more = ("loan_id", "fine", "changed", "nth")
        links = Links(session, work.library_id, stage, reading.fields, *more, needs_item=False, needs_patron=False)
        make(session, stage, links.fate)
        stager = Stager(session, stage, _STAGED, _READ)
        moments, now = Moments(session), work.clock.now().astimezone().replace(tzinfo=None)
        for block in reading.blocks(columns, ticket, _describe):
            block.fill(_READ)
            _settle(block, remarks)
            days = block.values["charged_on"]
            block.values["paid_at"] = [moments.of(noon(day) if day else now)[0] for day in days]
            stager.add(block)
    links.run(remarks)
    ticket.check()
    FineWriter(work, remarks, links).run(ticket)


def _kind(field: str) -> sa.types.TypeEngine[Any]:
    kinds: dict[str, sa.types.TypeEngine[Any]] = {
        "paid": sa.BigInteger(),
        "waived": sa.BigInteger(),
        "paid_at": FINE_LINES.c["at"].type,
    }
    return kinds.get(field) or (FINES.c[field].type if field in FINES.c else sa.Text())


def _describe(texts: dict[str, str]) -> tuple[str, str]:
    return next(filter(None, map(texts.get, PATRON_KEYS)), ""), texts.get("external_id", "")


def _settle(block: Block, remarks: Remarks) -> None:
    """Works out what is blank: owed = amount - paid. What contradicts is said, and what is owed is believed."""
    values = block.values
    rows = zip(block.lines, values["amount"], values["paid"], values["balance"], values["status"], strict=True)
    settled = [_sum(remarks, *row) for row in rows]
    for number, field in enumerate(("amount", "paid", "waived", "balance", "status")):
        values[field] = [one[number] for one in settled]


def _sum(
    remarks: Remarks, line: int, amount: int | None, paid: int | None, balance: int | None, status: str | None
) -> tuple[int | None, int | None, int | None, int | None, str | None]:
    """(amount, paid, waived, balance, status), so that amount - paid - waived = balance wherever the amount is known."""
    if amount is None and balance is None:
        if status != "closed":
            remarks.say(
                line, M.NOTICE, "AMOUNT_UNKNOWN", "amount", "Neither amount nor balance is known; the bill is kept as unknown."
            )
        return None, paid, None, None, status
    if amount is None:
        assert balance is not None
        amount = balance + (paid or 0)
    if balance is None:
        balance = 0 if status == "closed" and paid is None else amount - (paid or 0)
    if paid is not None and amount - paid != balance:
        remarks.say(line, M.NOTICE, "SUM_DIFFERS", "balance", "Amount, paid and balance do not add up; the balance is believed.")
    if 0 <= amount < balance:
        amount = balance + max(paid or 0, 0)
    waived = 0
    if balance and status == "closed":
        remarks.say(
            line,
            M.NOTICE,
            "CLOSED_WITH_BALANCE",
            "status",
            "The fine is closed though something is owed; that is kept as waived.",
        )
        waived, balance = balance, 0
    return amount, amount - waived - balance, waived, balance, "closed" if balance == 0 else status
