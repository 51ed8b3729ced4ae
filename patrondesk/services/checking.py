"""Verify: the database's integrity, the audit chain, numbers that add up, items and loans that agree, and residue."""

from __future__ import annotations

import re
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk.database import dialect
from patrondesk.models import Base
from patrondesk.models.archive import ALL, TWINS
from patrondesk.models.item import Item
from patrondesk.models.loan import Loan
from patrondesk.models.personal import PERSONAL, Policy
from patrondesk.models.purge import Batch, BatchLine
from patrondesk.records.desk import Problem
from patrondesk.records.staff import Permission
from patrondesk.services import audit
from patrondesk.services.door import Work, operation

_IDENTIFIERS = ("username", "barcode", "external_id", "email", "phone")
_TOKEN = re.compile(r"[^\s\"',;:()\[\]{}<>]+")


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


def find_residue(session: Session) -> Iterator[Problem]:
    """Identifiers and full names of purged people outside the archive, as far as the archive is there to compare with.

    Looked for in every text and JSON column that is neither the archive's, nor a living patron's own, nor the catalogue's.
    """
    twin = TWINS["patrons"]
    words: set[str] = set()
    full: set[tuple[str, ...]] = set()
    for row in session.execute(sa.select(*(twin.c[name] for name in _IDENTIFIERS), twin.c.family_name, twin.c.given_name)):
        words.update(str(value) for value in row[: len(_IDENTIFIERS)] if value and len(str(value)) > 3)
        if row.family_name and row.given_name:
            family, given = _parts(row.family_name), _parts(row.given_name)
            full.update((given + family, family + given))
    words.update(session.scalars(sa.select(TWINS["former_barcodes"].c.barcode)))
    if not words and not full:
        return
    words -= _living(session, words)
    search = _Search(words, full)
    for table in Base.metadata.sorted_tables:
        if table in ALL:
            continue
        for column in table.columns:
            if PERSONAL[table.name][column.name] is Policy.EXEMPT or not isinstance(column.type, (sa.String, sa.JSON)):
                continue
            told = session.scalars(sa.select(sa.cast(column, sa.Text)).where(column.is_not(None)).distinct())
            met = sum(1 for value in told if search.meets(value))
            if met:
                yield Problem("RESIDUE", f"{met} values of {table.name}.{column.name} still mention purged patrons.")


def _parts(text: str) -> tuple[str, ...]:
    return tuple(word for word in _TOKEN.findall(text))


class _Search:
    """Looks for identifiers as whole words, and for full names as words in a row: one look-up a word, however many are sought."""

    def __init__(self, words: set[str], names: set[tuple[str, ...]]) -> None:
        self._words, self._names = words, names
        self._lengths = sorted({len(name) for name in names})

    def meets(self, value: str) -> bool:
        """Whether the text mentions anybody sought."""
        if value in self._words:
            return True
        words = _TOKEN.findall(value)
        if any(word in self._words for word in words):
            return True
        return any(
            tuple(words[start : start + length]) in self._names
            for length in self._lengths
            for start in range(len(words) - length + 1)
        )


def _living(session: Session, words: set[str]) -> set[str]:
    """Identifiers that a present patron has by now: they are no residue."""
    table = Base.metadata.tables["patrons"]
    found: set[str] = set()
    for name in _IDENTIFIERS:
        found.update(
            value for value in session.scalars(sa.select(table.c[name]).where(table.c[name].is_not(None))) if value in words
        )
    return found
