"""An undo in which others have identifiers by now: shown before, decided by keyboard, told after - from both screens."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QWidget

from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.services import patron_listing, patrons
from patrondesk.services.patrons import NewPatron
from patrondesk.services.purging import plan, undo
from patrondesk.ui.screens.batches.page import BatchesPage
from patrondesk.ui.shell import theme
from patrondesk.ui.shell.changes import Changes
from patrondesk.ui.shell.runner import Runner
from tests.ui.demo_school import nameless, words
from tests.ui.school import School, button, here, is_shown, open_school, shown

LEFT, Key = Qt.MouseButton.LeftButton, Qt.Key


@pytest.fixture
def school(sqlite_template, tmp_path):
    made = open_school(sqlite_template, tmp_path)
    yield made
    made.office.database.close()


@pytest.fixture
def runner(qtbot):
    made = Runner()
    yield made
    assert made.close(10_000)


class Bench:
    """Past purges in a window, with one purge opened."""

    def __init__(self, qtbot, school: School, runner: Runner) -> None:
        self.qtbot, self.school, self.runner = qtbot, school, runner
        self.window = QMainWindow()
        qtbot.addWidget(self.window)
        self.window.resize(1366, 768)
        self.page = BatchesPage(school.office, runner, Changes(self.window))
        self.window.setCentralWidget(self.page)

    def open(self, batch) -> None:
        self.window.show()
        self.qtbot.waitExposed(self.window)
        self.window.activateWindow()
        self.page.refresh()
        self.page.show_batch(batch)
        self.settle()

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: self.runner.idle, timeout=10_000)

    def back(self) -> None:
        """What a window manager does when a dialog has closed; the offscreen platform has none."""
        self.window.activateWindow()
        self.qtbot.waitUntil(self.window.isActiveWindow)

    def ask(self) -> QWidget:
        button(self.page, "batch_undo").click()
        return shown(self.page, "batch_undo_dialog")

    def key(self, key: Qt.Key, mods=Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(here(), key, mods)

    def type(self, said: str) -> None:
        QTest.keyClicks(here(), said)

    def tab_to(self, name: str) -> None:
        for _ in range(60):
            if here().objectName() == name:
                return
            self.key(Key.Key_Tab)
        raise AssertionError(f"Tab does not come to {name}")

    @property
    def told(self) -> str:
        return str(shown(self.page, "batch_undone").accessibleName())


@pytest.fixture
def bench(qtbot, qapp, school, runner):
    theme.apply(qapp, "light")
    return Bench(qtbot, school, runner)


def gone(school, number=2):
    """That many leavers, purged: their keys and the batch."""
    keys = [
        school.patron(family, given, f"{given.lower()}.{family.lower()}", barcode=f"P{place:06d}")
        for place, (family, given) in enumerate([("Lee", "Mia"), ("Cole", "Ben"), *[(f"Row{n:02d}", "Al") for n in range(20)]])
    ][:number]
    batch = purge.run(school.office, plan.make_plan(school.office, keys, source="page"), Ticket()).batch.id
    return keys, batch


def give(school, **key) -> None:
    patrons.add_patron(school.office, NewPatron("Ruiz", "Ana", **key))


def details(school, patron):
    return patrons.read_details(school.office, patron)


def test_where_nothing_clashes_the_plain_question_is_asked(bench, school):
    _, batch = gone(school)
    bench.open(batch)
    asked = bench.ask()
    assert "somebody else" not in words(asked).lower()
    assert here().objectName() == "ask_cancel"
    button(asked, "ask_accept").click()
    bench.settle()
    assert bench.told == "2 patrons are back."


def test_a_clash_is_shown_with_who_has_it_and_everybody_can_come_back_without(bench, school):
    (mia, _), batch = gone(school)
    give(school, barcode="P000000")
    bench.open(batch)
    asked = bench.ask()
    said = words(asked)
    assert "Lee, Mia" in said
    assert "Year 12, 12C" in said
    assert "Barcode P000000 is Ana Ruiz’s now." in said
    assert "It stays where it is" in said
    assert nameless(asked) == []
    assert not is_shown(f"clash_{mia}_barcode_value"), "there is nothing to type yet"
    button(asked, "ask_accept").click()
    bench.settle()
    assert details(school, mia).barcode is None
    assert bench.told == "2 patrons are back. Lee, Mia: Has no barcode: P000000 is Ana Ruiz’s now."


def test_a_new_barcode_by_keyboard_alone(bench, school):
    (mia, _), batch = gone(school)
    give(school, barcode="P000000")
    bench.open(batch)
    bench.ask()
    assert here().objectName() == f"clash_{mia}_barcode_without", "the first choice has the focus"
    bench.key(Key.Key_Right)
    bench.key(Key.Key_Space)
    bench.tab_to(f"clash_{mia}_barcode_value")
    bench.type("P77")
    bench.tab_to("ask_accept")
    bench.key(Key.Key_Return)
    bench.qtbot.waitUntil(lambda: not is_shown("batch_undo_dialog"))
    bench.settle()
    assert details(school, mia).barcode == "P77"
    assert "Lee, Mia: Has the barcode P77 now; P000000 is Ana Ruiz’s." in bench.told
    assert patron_listing.list_patrons(school.office, search="p77").total == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Type the new barcode, or choose to do without."),
        ("   ", "Type the new barcode, or choose to do without."),
        ("P000000", "Ana Ruiz has this barcode."),
        ("P000001", "Ben Cole comes back with this barcode."),
        ("P" * 61, "A barcode has up to 60 characters; this one has 61."),
    ],
)
def test_what_cannot_be_had_is_said_beside_the_field(bench, school, typed, said):
    (mia, _), batch = gone(school)
    give(school, barcode="P000000")
    bench.open(batch)
    asked = bench.ask()
    button(asked, f"clash_{mia}_barcode_anew").click()
    field = shown(asked, f"clash_{mia}_barcode_value", QLineEdit)
    QTest.keyClicks(field, typed)
    button(asked, "ask_accept").click()
    bench.qtbot.waitUntil(lambda: said in words(asked), timeout=10_000)
    assert field.hasFocus()
    assert said in field.accessibleDescription()
    assert asked.isVisible()
    assert not details_there(school, mia), "nobody is back yet"
    field.setText("P77")
    button(asked, "ask_accept").click()
    bench.qtbot.waitUntil(lambda: not is_shown("batch_undo_dialog"), timeout=10_000)
    bench.settle()
    assert details(school, mia).barcode == "P77"


def details_there(school, patron) -> bool:
    return any(line.id == patron for line in patron_listing.list_patrons(school.office, page_size=500).rows)


def test_escape_brings_nobody_back(bench, school):
    (mia, _), batch = gone(school)
    give(school, barcode="P000000")
    bench.open(batch)
    asked = bench.ask()
    QTest.keyClick(here(), Key.Key_Escape)
    bench.qtbot.waitUntil(lambda: not is_shown("batch_undo_dialog"))
    bench.settle()
    assert asked is not None
    assert not details_there(school, mia)


def test_what_is_taken_while_the_question_stands_is_told_and_no_error(bench, school):
    (mia, ben), batch = gone(school)
    give(school, barcode="P000000")
    bench.open(batch)
    asked = bench.ask()
    give(school, barcode="P000001")
    button(asked, "ask_accept").click()
    bench.qtbot.waitUntil(lambda: not is_shown("batch_undo_dialog"), timeout=10_000)
    bench.settle()
    assert details(school, mia).barcode is None
    assert details(school, ben).barcode is None
    assert "Cole, Ben: Has no barcode: P000001 is Ana Ruiz’s now." in bench.told


def test_the_same_name_is_pointed_out(bench, school):
    (mia, _), batch = gone(school)
    patrons.add_patron(school.office, NewPatron("Lee", "Mia", username="mia.lee"))
    bench.open(batch)
    asked = bench.ask()
    assert "it may be the same person" in words(asked)
    assert f"clash_{mia}_username_without" == here().objectName()


def test_many_are_shown_a_few_at_a_time_and_none_is_forgotten(bench, school):
    keys, batch = gone(school, 13)
    for place in range(13):
        give(school, barcode=f"P{place:06d}")
    bench.open(batch)
    asked = bench.ask()
    order = sorted(keys, key=keys.index)
    assert shown(asked, "clash_span").text() == "1–5 of 13 patrons"
    button(asked, "clash_next").click()
    button(asked, "clash_next").click()
    assert shown(asked, "clash_span").text() == "11–13 of 13 patrons"
    last = order[-1]
    button(asked, f"clash_{last}_barcode_anew").click()
    field = shown(asked, f"clash_{last}_barcode_value", QLineEdit)
    field.setText("P000003")
    button(asked, "clash_previous").click()
    button(asked, "clash_previous").click()
    assert not is_shown(f"clash_{last}_barcode_value")
    button(asked, "ask_accept").click()
    bench.qtbot.waitUntil(lambda: is_shown(f"clash_{last}_barcode_value"), timeout=10_000)
    assert "Ana Ruiz has this barcode." in words(asked)
    field.setText("P99")
    button(asked, "ask_accept").click()
    bench.qtbot.waitUntil(lambda: not is_shown("batch_undo_dialog"), timeout=10_000)
    bench.settle()
    assert [details(school, key).barcode for key in keys] == [None] * 12 + ["P99"]
    assert "13 things are not as before the purge." in bench.told
    bench.back()
    button(bench.page, "undo_differences").click()
    listed = shown(bench.page, "undo_differences_table")
    assert listed.model().rowCount() == 13
    rows = [[listed.model().index(row, column).data() for column in (0, 1)] for row in range(13)]
    assert ["Lee, Mia", "Has no barcode: P000000 is Ana Ruiz’s now."] in rows
    bench.qtbot.waitUntil(listed.hasFocus)
    bench.key(Key.Key_Escape)
    bench.qtbot.waitUntil(lambda: not is_shown("undo_differences_dialog"))


def test_an_undo_that_is_too_late_says_so_instead_of_asking(bench, school):
    _, batch = gone(school)
    bench.open(batch)
    undo.undo_batch(school.office, batch)
    button(bench.page, "batch_undo").click()
    bench.settle()
    assert not is_shown("batch_undo_dialog")
    assert f"Nobody of batch {batch} is left to bring back." in words(bench.page)
    assert QApplication.activeModalWidget() is None
