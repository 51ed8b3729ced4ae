"""The rows as the keyboard, the eye and assistive technology meet them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from patrondesk.records.ids import PatronId
from patrondesk.records.patrons import Candidate, CandidatesQuery
from patrondesk.records.verdict import Reason, Severity
from patrondesk.ui.screens.purge import standing
from patrondesk.ui.screens.purge.columns import COLUMNS, FOLDING, LEAST_STANDING, SCROLL_BAR, Col, folded
from patrondesk.ui.screens.purge.model import CandidatesModel
from patrondesk.ui.screens.purge.tags import Tags, place_of
from patrondesk.ui.shell.columns import SECOND_ROLE
from patrondesk.ui.shell.paint import TagState

Role = Qt.ItemDataRole
LOANS = Reason("OPEN_LOANS", 2, None, Severity.ABSOLUTE, "2 items on loan", "return them, or mark them lost")
OWES = Reason("BALANCE_DUE", 1, 1850, Severity.OVERRIDABLE, "Owes $18.50", "pay or waive")
RESERVED = Reason("RESERVATIONS", 1, None, Severity.OVERRIDABLE, "1 reservation open", "cancel the reservations")
FREE = Candidate(
    PatronId(1), 1, "lhernan01", "P020410", "Hernández, Lucía", "student", "Year 12", "12A", dt.date(2026, 11, 29), "Rollover",
    "graduated", dt.date(2026, 11, 11), 0, 0, 0, True, (),
)  # fmt: skip
HELD = replace(
    FREE, id=PatronId(2), username="wihaka08", barcode="P020447", name="Ihaka, Wiremu", open_loans=2, balance=1850,
    reasons=(LOANS, OWES),
)  # fmt: skip


@pytest.fixture
def model(qapp):
    made = CandidatesModel(Tags())
    made.show_rows((FREE, HELD), place_of(CandidatesQuery()))
    return made


def said(model, row, column, role=Role.DisplayRole):
    return model.data(model.index(row, column), role)


def test_qt_finds_no_fault_with_the_model(qapp):
    model = CandidatesModel(Tags())
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show_rows((FREE, HELD), place_of(CandidatesQuery()))
    model.setData(model.index(0, 0), Qt.CheckState.Checked, Role.CheckStateRole)
    model.fold(frozenset({Col.BARCODE}))
    model.show_purging([FREE.id])
    model.show_purging([])
    model.show_rows((), place_of(CandidatesQuery()))
    assert tester.model() is model


def test_a_locked_cell_can_be_reached_but_not_ticked(model):
    locked = model.flags(model.index(1, Col.TAG))
    assert locked & Qt.ItemFlag.ItemIsEnabled
    assert locked & Qt.ItemFlag.ItemIsSelectable
    assert not locked & Qt.ItemFlag.ItemIsUserCheckable
    assert not model.setData(model.index(1, Col.TAG), Qt.CheckState.Checked, Role.CheckStateRole)
    assert said(model, 1, Col.TAG, Role.CheckStateRole) == Qt.CheckState.Unchecked
    assert HELD.id not in model.tags


@pytest.mark.parametrize("value", [Qt.CheckState.Checked, 2])
def test_a_free_cell_takes_the_tag(model, value):
    assert model.setData(model.index(0, Col.TAG), value, Role.CheckStateRole)
    assert said(model, 0, Col.TAG, Role.CheckStateRole) == Qt.CheckState.Checked
    assert model.setData(model.index(0, Col.TAG), Qt.CheckState.Unchecked, Role.CheckStateRole)
    assert FREE.id not in model.tags


def test_the_barcode_is_there_even_when_its_column_is_folded(model):
    model.fold(frozenset({Col.BARCODE}))
    assert said(model, 0, Col.BARCODE) == "P020410"
    assert said(model, 0, Col.PATRON) == "Hernández, Lucía"
    assert "loan" in str(model.headerData(Col.LOANS, Qt.Orientation.Horizontal)).lower()


def test_cells_speak(model):
    role = Role.AccessibleTextRole
    assert said(model, 0, Col.TAG, role) == "Not tagged, Hernández, Lucía, Year 12 12A"
    model.setData(model.index(0, Col.TAG), Qt.CheckState.Checked, Role.CheckStateRole)
    assert said(model, 0, Col.TAG, role) == "Tagged, Hernández, Lucía, Year 12 12A"
    assert said(model, 1, Col.TAG, role) == "Cannot be tagged, Ihaka, Wiremu: 2 items on loan, owes 18 dollars 50"
    assert "return them, or mark them lost" in said(model, 1, Col.TAG, Role.AccessibleDescriptionRole)
    assert said(model, 1, Col.LOANS, role) == "Link, 2 items currently on loan, showing"
    assert said(model, 0, Col.LOANS, role) == "none"
    assert said(model, 1, Col.STANDING, role) == "Not yet, 2 reasons: 2 items on loan, Owes $18.50"
    assert said(model, 0, Col.DEACTIVATED, role) == "29 November 2026, by the rollover, graduated"
    assert said(model, 1, Col.OWES, role) == "18 dollars 50"


def test_every_cell_says_something_to_assistive_technology(model):
    assert all(said(model, row, col, Role.AccessibleTextRole) for row in (0, 1) for col in Col)


def test_a_name_that_looks_like_html_is_not_read_as_such(model):
    model.show_rows((replace(HELD, name="<b>Bold</b>, A & B"),), place_of(CandidatesQuery()))
    assert "&lt;b&gt;" in said(model, 0, Col.TAG, Role.ToolTipRole)


def test_while_a_purge_runs_no_tag_can_be_changed(model):
    model.setData(model.index(0, Col.TAG), Qt.CheckState.Checked, Role.CheckStateRole)
    model.show_purging([FREE.id])
    assert model.state(FREE) is TagState.PURGING
    assert not model.setData(model.index(0, Col.TAG), Qt.CheckState.Unchecked, Role.CheckStateRole)
    assert not model.flags(model.index(0, Col.TAG)) & Qt.ItemFlag.ItemIsUserCheckable
    model.tag_rows([0], False)
    model.clear_tags()
    assert FREE.id in model.tags
    assert model.dimmed(HELD)


def test_standing_says_nothing_twice():
    assert standing.standing(FREE) == "Can go now"
    assert standing.standing(HELD) == "Not yet"
    assert standing.chips(HELD) == []
    three = replace(HELD, reasons=(LOANS, OWES, RESERVED))
    assert [chip.text for chip in standing.chips(three)] == ["1 reserved"]
    assert standing.all_reasons(three).text == "3 reasons"


def test_money_in_the_way_is_amber_and_other_money_is_plain():
    chip = standing.money_chip(HELD, "USD")
    assert chip is not None
    assert (chip.kind, chip.text) == ("amber", "$18.50")
    assert standing.money_chip(replace(FREE, balance=180), "USD") is None
    assert standing.owes(replace(FREE, balance=180), "USD") == "$1.80"
    aside = replace(HELD, reasons=(replace(OWES, overridden=True),))
    assert standing.money_chip(aside, "USD") is None
    assert standing.set_aside(aside) == "1 reason set aside"


@pytest.mark.parametrize(
    ("window", "table", "scale", "away"),
    [
        (1366, 1110, 100, FOLDING[:2]),
        (1024, 930, 100, FOLDING[:4]),
        (1200, 944, 100, FOLDING[:4]),
        (1920, 1308, 100, ()),
        (1366, 1074, 130, FOLDING[:5]),
        (1093, 997, 130, FOLDING),
        (1024, 928, 130, FOLDING),
    ],
)
def test_columns_fold_away_when_there_is_no_room(window, table, scale, away):
    assert folded(window, table, scale) == set(away)


def test_what_is_shown_always_fits():
    for window, scale in ((width, scale) for width in range(1024, 2400, 7) for scale in (100, 115, 130)):
        room = window - 60 - 36 if window < 1200 else window - 208 * (100 + scale) // 200 - 52
        shown = [col for col in Col if col not in folded(window, room, scale)]
        needed = LEAST_STANDING + sum(COLUMNS[col].width for col in shown)
        assert needed * scale / 100 <= room - SCROLL_BAR, (window, scale)


def test_what_folded_columns_say_is_said_elsewhere(model):
    model.fold(frozenset(FOLDING))
    assert said(model, 0, Col.PATRON, SECOND_ROLE) == "lhernan01 · P020410 · 12A"
    model.show_rows((replace(FREE, balance=180), HELD), place_of(CandidatesQuery()))
    assert said(model, 0, Col.STANDING, SECOND_ROLE) == "Owes $1.80"
    assert said(model, 1, Col.STANDING, SECOND_ROLE) == ""
    assert [chip.text for chip in standing.chips(HELD, "USD")] == ["$18.50"]


def test_the_model_has_no_children(model):
    assert model.rowCount(model.index(0, 0)) == 0
    assert model.data(QModelIndex()) is None
