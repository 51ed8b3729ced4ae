"""The Evergreen concerto data, imported without naming a single column; the figures are the data's own."""

from __future__ import annotations

import csv
import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from patrondesk.clock import Clock
from patrondesk.models.fine import Fine, FineLine
from patrondesk.models.item import Item
from patrondesk.models.library import UserGroup
from patrondesk.models.loan import Loan
from patrondesk.models.patron import Block, Patron
from patrondesk.records.importing import Kind
from tests.importers.files import shared
from tests.services.inbox import Inbox, counts

pytestmark = [pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True), pytest.mark.slow]
FILES = {
    "patrons": Kind.PATRONS,
    "items": Kind.ITEMS,
    "loans": Kind.LOANS,
    "fines": Kind.FINES,
    "fines_open_amount_unknown": Kind.FINES,
}


def test_concerto(inbox: Inbox, tmp_path: Path) -> None:
    folder = shared("evergreen-concerto")
    from dataclasses import replace

    desk = Inbox(replace(inbox.office, clock=Clock(dt.date(2026, 6, 30))), tmp_path)
    for name, kind in FILES.items():
        rows = len(_read(folder / f"{name}.csv"))
        report = desk.bring(kind, folder / f"{name}.csv")
        assert counts(report) == {"added": rows}, name
    for name, kind in FILES.items():
        report = desk.bring(kind, folder / f"{name}.csv")
        assert set(counts(report)) == {"unchanged"}, name
    _patrons(desk)
    _items_and_loans(desk)
    _money(desk, folder)


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _patrons(desk: Inbox) -> None:
    theirs = Patron.external_id.is_not(None)
    groups = dict(
        desk.all(
            sa.select(UserGroup.name, sa.func.count()).join(Patron, Patron.user_group_id == UserGroup.id).group_by(UserGroup.name)
        )
    )
    assert sum(number for name, number in groups.items() if name.startswith("Patron")) == 199
    assert groups["Patron - Student"] == 12
    assert desk.scalar(sa.select(sa.func.count()).where(theirs, Patron.expiry_date <= dt.date(2026, 6, 30))) == 366
    assert desk.scalar(sa.select(sa.func.count()).where(theirs, Patron.birth_date.is_not(None))) == 182
    assert desk.scalar(sa.select(sa.func.count()).where(theirs, Patron.enabled)) == 378
    assert desk.all(sa.select(Patron.external_id).join(Block, Block.patron_id == Patron.id)) == [("106",)]
    assert desk.patron(external_id="294").family_name == "Weasley"
    assert desk.scalar(sa.select(sa.func.count()).where(Patron.given_name == "川﨑 宗則")) == 1


def _items_and_loans(desk: Inbox) -> None:
    states = dict(desk.all(sa.select(Item.status, sa.func.count()).group_by(Item.status)))
    assert states == {"available": 4289, "on_loan": 474, "lost": 12, "on_order": 44, "in_process": 6, "withdrawn": 27}
    assert desk.scalar(sa.select(sa.func.count()).where(Item.price.is_(None))) == 5
    assert desk.all(sa.select(Loan.status, sa.func.count()).group_by(Loan.status)) == [("open", 486)]
    per_patron = desk.all(sa.select(sa.func.count()).select_from(Loan).group_by(Loan.patron_id))
    assert per_patron == [(6,)] * 81
    assert desk.scalar(sa.select(sa.func.count()).where(Loan.due_on >= dt.date(2026, 6, 30))) == 0


def _money(desk: Inbox, folder: Path) -> None:
    expected = sum(Decimal(row["balance"]) for row in _read(folder / "fines.csv"))
    owed = desk.all(
        sa.select(sa.func.sum(Fine.balance), sa.func.count(sa.distinct(Fine.patron_id))).where(
            Fine.status == "active", Fine.balance > 0
        )
    )
    assert owed == [(int(expected * 100), 81)] == [(203780, 81)]
    assert (
        desk.scalar(sa.select(sa.func.count()).where(Fine.balance.is_(None), Fine.amount.is_(None), Fine.status == "active"))
        == 46
    )
    lines = sa.select(sa.func.coalesce(sa.func.sum(FineLine.amount), 0)).where(FineLine.fine_id == Fine.id).scalar_subquery()
    assert desk.scalar(sa.select(sa.func.count()).where(Fine.amount.is_not(None), Fine.amount - lines != Fine.balance)) == 0
    paid = sum(Decimal(row["paid"]) for row in _read(folder / "fines.csv"))
    known = sa.select(sa.func.sum(FineLine.amount)).join(Fine, Fine.id == FineLine.fine_id).where(Fine.amount.is_not(None))
    assert desk.scalar(known) == int(paid * 100)
