"""Links between people and records of different batches: kept while one end is away, joined again when it comes back."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk.models.archive import FINE_LINKS, GUARANTOR_LINKS, LOANS, TWINS
from patrondesk.models.base import table_of
from patrondesk.models.fine import Fine
from patrondesk.models.patron import Patron
from patrondesk.models.purge import Batch

_FINES = table_of(Fine)
_PATRONS = table_of(Patron)


def _of_any_batch(archived: sa.FromClause) -> sa.ColumnElement[bool]:
    """Always true. The archive's key begins with the batch: named, a row is looked up; unnamed, all are read for each."""
    return archived.c.purge_id.in_(sa.select(table_of(Batch).c.id))


def keep_guarantors(session: Session, batch_id: int, returning: sa.Select[int]) -> None:
    """Before patrons come back: notes those whose guarantor is still away, with the batch that holds the guarantor."""
    dependent, guarantor = TWINS["patrons"].alias("dependent"), TWINS["patrons"].alias("guarantor")
    named = sa.select(dependent.c.id).where(
        dependent.c.purge_id == batch_id, dependent.c.id.in_(returning), dependent.c.guarantor_id.is_not(None)
    )
    # Whoever was waited for before is not the guarantor any more.
    session.execute(sa.delete(GUARANTOR_LINKS).where(GUARANTOR_LINKS.c.patron_id.in_(named)))
    session.execute(
        sa.insert(GUARANTOR_LINKS).from_select(
            ["purge_id", "patron_id", "guarantor_id"],
            sa.select(guarantor.c.purge_id, dependent.c.id, guarantor.c.id)
            .select_from(dependent.join(guarantor, sa.and_(_of_any_batch(guarantor), guarantor.c.id == dependent.c.guarantor_id)))
            .where(dependent.c.purge_id == batch_id, dependent.c.id.in_(returning), dependent.c.guarantor_id.not_in(returning)),
        )
    )


def join_guarantors(session: Session, batch_id: int, returning: sa.Select[int]) -> None:
    """After patrons came back: joins the dependents that were waiting for them, unless they have another by now.

    A dependent that went again meanwhile is joined in the archive.
    """
    mine = sa.and_(GUARANTOR_LINKS.c.purge_id == batch_id, GUARANTOR_LINKS.c.guarantor_id.in_(returning))
    waiting = sa.select(GUARANTOR_LINKS.c.patron_id).where(mine)
    for table in (_PATRONS, TWINS["patrons"]):
        who = sa.select(GUARANTOR_LINKS.c.guarantor_id).where(mine, GUARANTOR_LINKS.c.patron_id == table.c.id).scalar_subquery()
        theirs = sa.and_(table.c.id.in_(waiting), table.c.guarantor_id.is_(None))
        where = theirs if table is _PATRONS else sa.and_(_of_any_batch(table), theirs)
        session.execute(sa.update(table).where(where).values(guarantor_id=who))
    session.execute(sa.delete(GUARANTOR_LINKS).where(mine))


def join_fines(session: Session, batch_id: int) -> None:
    """After loans came back: fines that referred to them do so again, whoever's they are."""
    back = sa.and_(FINE_LINKS.c.purge_id == batch_id, FINE_LINKS.c.loan_id.in_(sa.select(LOANS.c.id)))
    which = sa.select(FINE_LINKS.c.loan_id).where(back, FINE_LINKS.c.fine_id == _FINES.c.id).scalar_subquery()
    session.execute(
        sa.update(_FINES)
        .where(_FINES.c.id.in_(sa.select(FINE_LINKS.c.fine_id).where(back)), _FINES.c.loan_id.is_(None))
        .values(loan_id=which)
    )
    session.execute(sa.delete(FINE_LINKS).where(back))
