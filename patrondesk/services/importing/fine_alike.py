"""Fines without an id of their own, told by what they say: brought in again, they are the same fines and not as many more."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk.services.importing.links import Links
from patrondesk.services.importing.staging import make
from patrondesk.services.importing.tables import FINES

# What a fine is called where the file does not say.
TYPE = "Fine"
# Keyed by patron, so that each row looks at its own patron's fines only.
_HERE = sa.Table(
    "import_fines_here", sa.MetaData(),
    sa.Column("patron", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("fine", sa.Integer, primary_key=True, autoincrement=False),
    *(sa.Column(name, FINES.c[name].type) for name in ("type", "charged_on", "amount")),
    sa.Column("item", sa.Integer), sa.Column("nth", sa.Integer), prefixes=["TEMPORARY"],
)  # fmt: skip


def find_alike(session: Session, library_id: int, links: Links) -> None:
    """The first of several alike rows is the first of as many alike fines, the second the second, and so on."""
    stage, fate = links.stage, links.fate
    imported = sa.and_(FINES.c.library_id == library_id, FINES.c.origin == "import", FINES.c.external_id.is_(None))
    unnamed = sa.and_(links.taken, stage.c.external_id.is_(None))
    if session.scalar(sa.select(FINES.c.id).where(imported).limit(1)) is None:
        return
    make(session, _HERE)
    theirs = (FINES.c.patron_id, FINES.c.type, FINES.c.charged_on, FINES.c.amount, FINES.c.item_id)
    present = sa.select(FINES.c.id, *theirs, sa.func.row_number().over(partition_by=theirs, order_by=FINES.c.id)).where(
        imported, FINES.c.patron_id.in_(sa.select(fate.c.patron))
    )
    names = ["fine", "patron", "type", "charged_on", "amount", "item", "nth"]
    session.execute(sa.insert(_HERE).from_select(names, present))
    kind = sa.func.coalesce(stage.c.type, TYPE)
    mine = (fate.c.patron, kind, stage.c.charged_on, stage.c.amount, fate.c.item)
    numbered = (
        sa.select(stage.c.line, sa.func.row_number().over(partition_by=mine, order_by=stage.c.line).label("nth"))
        .select_from(links.rows())
        .where(unnamed)
        .subquery("numbered")
    )
    session.execute(sa.update(fate).where(fate.c.line == numbered.c.line).values(nth=numbered.c.nth))
    alike = [
        stage.c.line == fate.c.line, _HERE.c.patron == fate.c.patron, _HERE.c.nth == fate.c.nth, _HERE.c.type == kind,
        *(sa.not_(_HERE.c[name].is_distinct_from(stage.c[name])) for name in ("charged_on", "amount")),
        sa.not_(_HERE.c.item.is_distinct_from(fate.c.item)),
    ]  # fmt: skip
    fine = sa.select(sa.func.min(_HERE.c.fine)).where(*alike).correlate(fate).scalar_subquery()
    session.execute(sa.update(fate).where(links.taken, fate.c.nth.is_not(None)).values(fine=fine))
