"""Responsibilities from a file: what a patron record is still in charge of, open or closed [FLVC]."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from patrondesk.records.importing import ImportRequest, MessageKind, RowOutcome
from patrondesk.services import changes
from patrondesk.services.door import Work
from patrondesk.services.importing.columns import choice_column, text_column
from patrondesk.services.importing.holding import Teller
from patrondesk.services.importing.links import MEANINGS, PATRON_KEYS, Links, key_columns
from patrondesk.services.importing.reading import Block, Reading, Ticket
from patrondesk.services.importing.remarks import Remarks
from patrondesk.services.importing.staging import DIGEST, Stager, make, staged
from patrondesk.services.importing.tables import RESPONSIBILITIES, length

M, R = MessageKind, RowOutcome
NEEDED = (tuple(PATRON_KEYS), ("kind",))
KINDS = ("po_line", "purchase_order", "invoice", "locked_bib", "import_profile", "md_editor", "asset", "grant")
_SAID = {
    **{kind.replace("_", " "): kind for kind in KINDS}, **{f"{kind.replace('_', ' ')}s": kind for kind in KINDS},
    "po": "purchase_order", "locked bibliographic record": "locked_bib", "metadata editor": "md_editor", "pol": "po_line",
}  # fmt: skip
_STATUSES = {
    "open": "open",
    "active": "open",
    "assigned": "open",
    "closed": "closed",
    "done": "closed",
    "released": "closed",
    "complete": "closed",
}
_STAGED = (*PATRON_KEYS, "kind", "reference", "status")


def take_in(work: Work, request: ImportRequest, remarks: Remarks, ticket: Ticket) -> None:
    """Reads the file into the library within the work's transaction."""
    session = work.session
    with Reading(request, remarks, NEEDED) as reading:
        columns = [
            *key_columns(PATRON_KEYS), choice_column("kind", _SAID, M.INVALID),
            text_column("reference", length(RESPONSIBILITIES, "reference")), choice_column("status", _STATUSES, M.INVALID),
        ]  # fmt: skip
        stage = staged("responsibilities", (sa.Column(field, sa.Text) for field in _STAGED))
        links = Links(session, work.library_id, stage, reading.fields, "present", "changed", needs_item=False)
        make(session, stage, links.fate)
        stager = Stager(session, stage, _STAGED, _STAGED)
        for block in reading.blocks(
            columns, ticket, lambda texts: (next(filter(None, map(texts.get, PATRON_KEYS)), ""), texts.get("reference", ""))
        ):
            block.fill(_STAGED)
            _complete(block, remarks)
            stager.add(block)
    links.run(remarks)
    ticket.check()
    _write(work, remarks, links)


def _complete(block: Block, remarks: Remarks) -> None:
    """A row without a kind is nothing; one without a status is open, for that is the careful reading."""
    kindless = [place for place, kind in enumerate(block.values["kind"]) if kind is None]
    for place in kindless:
        remarks.refuse(block.lines[place], M.INVALID, "KIND_MISSING", "kind", f"The row needs a kind: {', '.join(KINDS)}.")
    block.drop(kindless)
    block.values["reference"] = [reference or "" for reference in block.values["reference"]]
    block.values["status"] = [status or "open" for status in block.values["status"]]


def _write(work: Work, remarks: Remarks, links: Links) -> None:
    stage, fate, session = links.stage, links.fate, work.session
    table, row = RESPONSIBILITIES, stage.c.line == fate.c.line
    same = sa.and_(table.c.patron_id == fate.c.patron, table.c.kind == stage.c.kind, table.c.reference == stage.c.reference)
    links.hold_doubled([fate.c.patron, stage.c.kind, stage.c.reference, stage.c[DIGEST]], stage.c.reference != "", differing=None)
    present = sa.select(sa.func.min(table.c.id)).where(row, same, stage.c.reference != "").correlate(fate).scalar_subquery()
    session.execute(sa.update(fate).where(links.taken).values(present=present))
    changed = sa.exists().where(row, table.c.id == fate.c.present, table.c.status != stage.c.status)
    session.execute(sa.update(fate).where(links.taken, changed).values(changed=1))
    teller = Teller(session, remarks, stage, fate, who=tuple(PATRON_KEYS), keys=("reference",), words=links.key_words())
    teller.tell_held(MEANINGS, fate.c.patron)
    teller.tell(R.ADDED, links.taken, fate.c.present.is_(None), says=("kind", "status"))
    teller.tell(R.UPDATED, links.taken, fate.c.changed == 1, says=("kind", "status"))
    teller.tell(R.UNCHANGED, links.taken, fate.c.present.is_not(None), fate.c.changed.is_(None), says=("kind", "status"))
    mine = sa.and_(table.c.id == fate.c.present, fate.c.changed == 1, fate.c.code.is_(None), row)
    session.execute(sa.update(table).where(mine).values(status=stage.c.status))
    new: dict[str, Any] = {
        "library_id": sa.literal(work.library_id), "patron_id": fate.c.patron, "kind": stage.c.kind,
        "reference": stage.c.reference,
        "status": stage.c.status,
    }  # fmt: skip
    rows = sa.select(*new.values()).select_from(links.rows()).where(links.taken, fate.c.present.is_(None)).order_by(stage.c.line)
    written = sa.or_(fate.c.present.is_(None), fate.c.changed == 1)
    session.execute(sa.insert(table).from_select(list(new), rows))
    changes.touch(session, work.clock.now(), sa.select(fate.c.patron).where(links.taken, written))
