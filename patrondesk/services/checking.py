"""Verify: the database's integrity, the audit chain, numbers that add up, items and loans that agree, and residue."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk.database import dialect
from patrondesk.models.item import Item
from patrondesk.models.loan import Loan
from patrondesk.models.purge import Batch, BatchLine
from patrondesk.records.desk import Problem
from patrondesk.records.staff import Permission
from patrondesk.services import audit
from patrondesk.services.door import Work, operation
from patrondesk.services.residue import find_residue


@operation(Permission.VIEW_PATRONS, reads=True)
def find_problems(work: Work) -> list[Problem]:
    """Everything that is wrong with the library, without personal data; an empty list when nothing is."""
    session = work.session
    return [
        *_integrity(session),
        *audit.find_breaks(session),
        *_items_and_loans(session),
        *_batches(session),
        *find_residue(session),
    ]


def _integrity(session: Session) -> Iterator[Problem]:
    if dialect(session) != "sqlite":
        return
    found = session.execute(sa.text("PRAGMA integrity_check")).scalars().all()
    if found != ["ok"]:
        yield Problem("INTEGRITY", f"The file is damaged in {len(found)} places.")
    orphans: dict[str, int] = {}
    for row in session.execute(sa.text("PRAGMA foreign_key_check")):
        orphans[row[0]] = orphans.get(row[0], 0) + 1
    for table, number in orphans.items():
        yield Problem("ORPHANS", f"{number} rows of {table} refer to something that is gone.")


def _items_and_loans(session: Session) -> Iterator[Problem]:
    """An open loan's item is on loan (or already lost or withdrawn in the catalogue); an item on loan has an open loan.

    An item that is on loan without a loan is said only where some loans are known: a catalogue may come in first.
    """
    odd = session.scalar(
        sa.select(sa.func.count())
        .select_from(Loan)
        .join(Item, Item.id == Loan.item_id)
        .where(Loan.status == "open", Item.status.in_(("available", "on_hold", "on_order", "in_process")))
    )
    if odd:
        yield Problem("ITEM_NOT_ON_LOAN", f"{odd} open loans are of items that are not on loan.")
    lent = sa.exists().where(Loan.item_id == Item.id, Loan.status == "open")
    alone = session.scalar(sa.select(sa.func.count()).select_from(Item).where(Item.status == "on_loan", ~lent))
    if alone and session.scalar(sa.select(Loan.id).where(Loan.status == "open").limit(1)) is not None:
        yield Problem("NO_LOAN", f"{alone} items are on loan, but no loan of them is open.")
    nobody = session.scalar(sa.select(sa.func.count()).select_from(Loan).where(Loan.status == "open", Loan.patron_id.is_(None)))
    if nobody:
        yield Problem("LOAN_OF_NOBODY", f"{nobody} open loans belong to nobody.")


def _batches(session: Session) -> Iterator[Problem]:
    for batch in session.scalars(sa.select(Batch)):
        told = dict(
            session.execute(
                sa.select(BatchLine.outcome, sa.func.count()).where(BatchLine.batch_id == batch.id).group_by(BatchLine.outcome)
            ).all()
        )
        adds_up = batch.planned == batch.purged + batch.refused + batch.vanished + batch.not_reached
        if not adds_up or told.get("purged", 0) != batch.purged or told.get("refused", 0) != batch.refused:
            yield Problem("BATCH_NUMBERS", f"The numbers of batch {batch.id} do not add up.")
