"""Reservations from a file: open requests of a patron for a title or for one copy."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from patrondesk.records.importing import ImportRequest, MessageKind, RowOutcome
from patrondesk.services import changes
from patrondesk.services.door import Work
from patrondesk.services.importing.columns import date_column, text_column
from patrondesk.services.importing.holding import Held, Teller
from patrondesk.services.importing.links import ITEM_KEYS, MEANINGS, PATRON_KEYS, Links, key_columns
from patrondesk.services.importing.reading import Reading, Ticket
from patrondesk.services.importing.remarks import Remarks
from patrondesk.services.importing.staging import DIGEST, Stager, make, staged
from patrondesk.services.importing.tables import ITEMS, RESERVATIONS, TITLES

M, R = MessageKind, RowOutcome
NEEDED = (tuple(PATRON_KEYS), ("item_barcode", "title"))
_STAGED = (*PATRON_KEYS, "item_barcode", "title", "requested_on", "expires_on")
_MEANINGS = {
    **MEANINGS,
    "TITLE_MISSING": Held(R.INVALID, "title", "The row says neither item nor title."),
    "UNKNOWN_TITLE": Held(R.INVALID, "title", "No title here is “{title}”."),
}


def take_in(work: Work, request: ImportRequest, remarks: Remarks, ticket: Ticket) -> None:
    """Reads the file into the library within the work's transaction."""
    session = work.session
    with Reading(request, remarks, NEEDED) as reading:
        soon = work.clock.today().year + 20
        columns = [
            *key_columns(PATRON_KEYS, {"item_barcode": ITEM_KEYS["item_barcode"]}), text_column("title", 600),
            date_column("requested_on", reading.order_of, soon, M.IGNORED),
            date_column("expires_on", reading.order_of, soon, M.IGNORED),
        ]  # fmt: skip
        kinds = {field: RESERVATIONS.c[field].type if field in RESERVATIONS.c else sa.Text() for field in _STAGED}
        stage = staged("reservations", (sa.Column(field, kind) for field, kind in kinds.items()))
        links = Links(session, work.library_id, stage, reading.fields, "title_id", "present", "changed", needs_item=False)
        make(session, stage, links.fate)
        stager = Stager(session, stage, _STAGED, _STAGED)
        for block in reading.blocks(
            columns, ticket, lambda texts: (next(filter(None, map(texts.get, PATRON_KEYS)), ""), texts.get("title", ""))
        ):
            block.fill(_STAGED)
            stager.add(block)
    links.run(remarks)
    ticket.check()
    _find(work, links)
    _write(work, remarks, links)


def _find(work: Work, links: Links) -> None:
    """The title asked for, and the open reservation that a row repeats."""
    stage, fate, session = links.stage, links.fate, work.session
    row = stage.c.line == fate.c.line
    of_item = sa.select(ITEMS.c.title_id).where(ITEMS.c.id == fate.c.item).scalar_subquery()
    named = sa.select(sa.func.min(TITLES.c.id)).where(
        row, TITLES.c.library_id == work.library_id, TITLES.c.title == stage.c.title
    )
    session.execute(
        sa.update(fate).where(links.taken).values(title_id=sa.func.coalesce(of_item, named.correlate(fate).scalar_subquery()))
    )
    links.hold("TITLE_MISSING", fate.c.title_id.is_(None), stage.c.title.is_(None))
    links.hold("UNKNOWN_TITLE", fate.c.title_id.is_(None))
    links.hold_doubled([fate.c.patron, fate.c.title_id, stage.c[DIGEST]], sa.true(), differing=None)
    present = sa.select(sa.func.min(RESERVATIONS.c.id)).where(
        RESERVATIONS.c.patron_id == fate.c.patron, RESERVATIONS.c.title_id == fate.c.title_id,
        sa.not_(RESERVATIONS.c.item_id.is_distinct_from(fate.c.item)), RESERVATIONS.c.status == "open",
    )  # fmt: skip
    session.execute(sa.update(fate).where(links.taken).values(present=present.correlate(fate).scalar_subquery()))
    differs = [
        sa.and_(stage.c[name].is_not(None), stage.c[name].is_distinct_from(RESERVATIONS.c[name]))
        for name in ("requested_on", "expires_on")
    ]
    changed = sa.exists().where(row, RESERVATIONS.c.id == fate.c.present, sa.or_(*differs))
    session.execute(sa.update(fate).where(links.taken, changed).values(changed=1))


def _write(work: Work, remarks: Remarks, links: Links) -> None:
    stage, fate, session = links.stage, links.fate, work.session
    teller = Teller(
        session, remarks, stage, fate, who=tuple(PATRON_KEYS), keys=("title", "item_barcode"), words=links.key_words()
    )
    teller.tell_held(_MEANINGS, fate.c.patron)
    teller.tell(R.ADDED, links.taken, fate.c.present.is_(None), says=("requested_on",))
    teller.tell(R.UPDATED, links.taken, fate.c.changed == 1, says=("requested_on",))
    teller.tell(R.UNCHANGED, links.taken, fate.c.present.is_not(None), fate.c.changed.is_(None))
    values = {name: sa.func.coalesce(stage.c[name], RESERVATIONS.c[name]) for name in ("requested_on", "expires_on")}
    mine = sa.and_(RESERVATIONS.c.id == fate.c.present, fate.c.changed == 1, fate.c.code.is_(None), stage.c.line == fate.c.line)
    session.execute(sa.update(RESERVATIONS).where(mine).values(**values))
    new: dict[str, Any] = {
        "library_id": sa.literal(work.library_id), "patron_id": fate.c.patron, "title_id": fate.c.title_id,
        "item_id": fate.c.item,
        "requested_on": stage.c.requested_on, "expires_on": stage.c.expires_on, "status": sa.literal("open"),
    }  # fmt: skip
    rows = sa.select(*new.values()).select_from(links.rows()).where(links.taken, fate.c.present.is_(None)).order_by(stage.c.line)
    written = sa.or_(fate.c.present.is_(None), fate.c.changed == 1)
    session.execute(sa.insert(RESERVATIONS).from_select(list(new), rows))
    changes.touch(session, work.clock.now(), sa.select(fate.c.patron).where(links.taken, written))
