"""The import page: what is understood, placed, previewed and imported, and that nothing is changed before."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QLineEdit, QTableView

from patrondesk.records.importing import ImportReport, Kind, RowOutcome
from patrondesk.records.staff import Permission
from patrondesk.services import importing, patron_listing
from patrondesk.ui.screens.importing import words as sentences
from patrondesk.ui.screens.importing.page import ImportPage
from patrondesk.ui.shell import theme
from patrondesk.ui.shell.changes import Change
from tests.ui.demo_school import button, combo, find, idle, nameless, waiting, without, words

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(qtbot, qapp, office, runner, changes):
    theme.apply(qapp, "light")
    made = ImportPage(office, runner, changes)
    qtbot.addWidget(made)
    made.resize(1158, 740)
    made.show()
    return made


def count(office) -> int:
    return patron_listing.list_patrons(office, page_size=1).total


def report(page) -> ImportReport:
    found = page._outcomes.report
    assert isinstance(found, ImportReport)
    return found


@pytest.fixture
def new_students(tmp_path):
    path = tmp_path / "new students.csv"
    rows = ["Student_ID;Surname;Given names;Card;YL;Bus_route"]
    rows += [f"A-90000{place:02};Newman;Kid {place};P9900{place:02};{7 + place % 3};{place}" for place in range(12)]
    rows += ["A-9000000;Newman;Same again;P990099;7;1", "A-9000077;;No family name;P990077;7;1"]
    path.write_text("\n".join(rows), "cp1252")
    return path


@pytest.fixture
def leavers(tmp_path, office):
    active = patron_listing.list_patrons(office, state="enabled", page_size=200).rows
    here = [row for row in active if row.username and row.year_level]
    path = tmp_path / "leavers.csv"
    path.write_text("username,enabled\n" + "".join(f"{row.username},FALSE\n" for row in here[:9]) + "nobody.here,FALSE\n")
    return path


def test_without_a_file_the_page_says_what_it_takes(page):
    assert "Drop a file here, or choose one" in words(page)
    assert not button(page, "import_apply").isEnabled()
    assert nameless(page) == []


def test_a_file_is_understood_and_previewed_by_itself(qtbot, page, runner, new_students, office):
    before = count(office)
    page.start(Kind.PATRONS, str(new_students))
    idle(qtbot, runner)
    assert combo(page, "import_separator").currentText() == "Semicolon, detected"
    assert combo(page, "import_encoding").currentText().endswith(", detected")
    placed = [combo(page, f"import_field_{place}").currentData() for place in range(1, 7)]
    assert placed == ["external_id", "family_name", "given_name", "barcode", "year_level", None]
    found = report(page)
    assert found.preview
    assert found.read == 14
    assert sum(found.counts.values()) == 14
    assert find(page, "import_sum").accessibleName() == sentences.the_sum(found)
    assert "14 rows = " in words(page)
    assert nameless(page) == []
    assert count(office) == before


def test_nothing_is_changed_until_import_is_pressed(qtbot, page, runner, changes, new_students, office):
    before = count(office)
    told: list[Change] = []
    changes.changed.connect(told.append)
    page.start(Kind.PATRONS, str(new_students))
    idle(qtbot, runner)
    added = report(page).counts[RowOutcome.ADDED]
    assert added == 11
    assert button(page, "import_apply").text() == "Import 11 rows"
    assert told == []
    qtbot.mouseClick(button(page, "import_apply"), LEFT)
    idle(qtbot, runner)
    assert count(office) == before + added
    assert not report(page).preview
    assert "11 rows imported: 11 added." in words(page)
    assert "are left out, and listed in the report." in words(page)
    assert told[0].touches("patrons")
    assert not button(page, "import_apply").isEnabled()
    assert "is imported" in words(page)


def test_pressing_a_number_shows_its_rows(qtbot, page, runner, new_students):
    page.start(Kind.PATRONS, str(new_students))
    idle(qtbot, runner)
    table = find(page, "import_rows")
    assert isinstance(table, QTableView)
    for outcome in (RowOutcome.ADDED, RowOutcome.CONFLICT, RowOutcome.INVALID, RowOutcome.UNCHANGED):
        tile = button(page, f"import_number_{outcome.value}")
        qtbot.keyClick(tile, Qt.Key.Key_Return)
        assert tile.isChecked()
        number = report(page).counts[outcome]
        assert table.model().rowCount() == number
        assert str(number) in tile.accessibleName()
    qtbot.mouseClick(button(page, "import_remarks"), LEFT)
    said = find(page, "import_messages")
    assert isinstance(said, QTableView)
    assert said.isVisible()
    assert said.model().rowCount() == len(report(page).messages)


def test_a_field_is_never_given_twice_and_the_loser_says_so(qtbot, page, runner, new_students):
    page.start(Kind.PATRONS, str(new_students))
    idle(qtbot, runner)
    bus, card = combo(page, "import_field_6"), combo(page, "import_field_4")
    bus.setFocus()
    qtbot.keyClicks(bus, "Bar")
    idle(qtbot, runner)
    assert bus.currentData() == "barcode"
    assert card.currentData() is None
    assert card.accessibleDescription() == "Left out: “Bus_route” is Barcode now"
    assert page._columns.mapping["barcode"] == "Bus_route"


def test_a_column_left_out_is_not_read(qtbot, page, runner, new_students, office):
    page.start(Kind.PATRONS, str(new_students))
    idle(qtbot, runner)
    card = combo(page, "import_field_4")
    card.setFocus()
    qtbot.keyClick(card, Qt.Key.Key_Home)
    idle(qtbot, runner)
    assert card.currentText() == "Leave out"
    qtbot.mouseClick(button(page, "import_apply"), LEFT)
    idle(qtbot, runner)
    assert patron_listing.list_patrons(office, search="Newman", page_size=50).rows
    assert not any(row.barcode for row in patron_listing.list_patrons(office, search="Newman", page_size=50).rows)


def test_a_value_for_every_row_fills_what_the_file_leaves_blank(qtbot, page, runner, new_students, office):
    page.start(Kind.PATRONS, str(new_students))
    idle(qtbot, runner)
    qtbot.mouseClick(button(page, "import_add_default"), LEFT)
    value, into = find(page, "import_default_value"), combo(page, "import_default_field")
    assert isinstance(value, QLineEdit)
    qtbot.keyClicks(into, "Homeroom")
    idle(qtbot, runner)
    assert button(page, "import_apply").isEnabled()
    qtbot.keyClicks(value, "9X")
    assert not button(page, "import_apply").isEnabled(), "what would be imported is not what was previewed"
    qtbot.waitUntil(lambda: button(page, "import_apply").isEnabled(), timeout=10_000)
    assert page._columns.defaults == {"homeroom": "9X"}
    qtbot.mouseClick(button(page, "import_apply"), LEFT)
    idle(qtbot, runner)
    assert {row.homeroom for row in patron_listing.list_patrons(office, search="Newman", page_size=50).rows} == {"9X"}


def test_another_separator_is_read_again_and_found_out_again(qtbot, page, runner, new_students):
    page.start(Kind.PATRONS, str(new_students))
    idle(qtbot, runner)
    separator = combo(page, "import_separator")
    separator.setFocus()
    qtbot.keyClicks(separator, "Tab")
    idle(qtbot, runner)
    assert page.findChild(QComboBox, "import_field_2") is None or page._columns.rows()[0].heading.count(";") == 5
    assert "has no usable column" in words(page)
    assert not button(page, "import_apply").isEnabled()
    qtbot.keyClick(separator, Qt.Key.Key_Home)
    idle(qtbot, runner)
    assert report(page).read == 14
    assert "has no usable column" not in words(page)


def test_a_leavers_file_deactivates_and_leads_to_user_purge(qtbot, page, runner, leavers, office):
    before = waiting(office).total
    page.start(Kind.DEACTIVATIONS, str(leavers))
    idle(qtbot, runner)
    assert "Import a leavers file" in words(page)
    assert report(page).read == 10
    changed = report(page).counts[RowOutcome.UPDATED]
    assert changed == 9
    assert button(page, "import_number_updated").text() == "Deactivated"
    assert waiting(office).total == before
    qtbot.mouseClick(button(page, "import_apply"), LEFT)
    idle(qtbot, runner)
    assert waiting(office).total == before + changed
    with qtbot.waitSignal(page.purge_asked):
        qtbot.mouseClick(button(page, "import_open_purge"), LEFT)


def test_a_file_that_is_no_table_is_told_and_the_page_goes_on(qtbot, page, runner, tmp_path, new_students):
    bad = tmp_path / "photo.csv"
    bad.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    page.start(Kind.PATRONS, str(bad))
    idle(qtbot, runner)
    assert "is a picture, not a table of rows." in words(page)
    assert "Choose a CSV file or an Excel workbook" in words(page)
    assert button(page, "import_choose").isEnabled()
    page.start(Kind.PATRONS, str(tmp_path / "not there.csv"))
    idle(qtbot, runner)
    assert "There is no file “not there.csv”." in words(page)
    page.start(Kind.PATRONS, str(new_students))
    idle(qtbot, runner)
    assert report(page).read == 14
    assert "There is no file" not in words(page)


def test_a_file_can_be_dropped_anywhere(qtbot, page, runner, new_students):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(new_students))])
    copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(9, 9), copy, mime, LEFT, none)
    QApplication.sendEvent(page, enter)
    assert enter.isAccepted()
    assert "Let go to read new students.csv." in words(page)
    QApplication.sendEvent(page, QDropEvent(QPointF(9, 9), copy, mime, LEFT, none))
    idle(qtbot, runner)
    assert report(page).read == 14


def test_a_file_is_chosen_in_a_dialog(qtbot, page, runner, new_students):
    qtbot.mouseClick(button(page, "import_choose"), LEFT)
    dialog = page.findChild(QFileDialog, "import_choose_dialog")
    assert dialog is not None
    dialog.fileSelected.emit(str(new_students))
    dialog.reject()
    idle(qtbot, runner)
    assert report(page).read == 14
    assert button(page, "import_choose").text() == "Choose another file..."


def test_stop_ends_a_preview_and_changes_nothing(qtbot, page, runner, new_students, monkeypatch):
    begun = threading.Event()

    def endless(office, request, ticket):
        ticket.progress(3, 9, "Reading")
        begun.set()
        while True:
            ticket.check()
            threading.Event().wait(0.005)

    monkeypatch.setattr(importing, "preview", endless)
    page.start(Kind.PATRONS, str(new_students))
    qtbot.waitUntil(begun.is_set)
    qtbot.waitUntil(lambda: button(page, "banner_stop").isVisible())
    assert "Reading new students.csv: 3 of about 9 rows." in words(page)
    assert not button(page, "import_apply").isEnabled()
    qtbot.mouseClick(button(page, "banner_stop"), LEFT)
    idle(qtbot, runner)
    assert "The preview was stopped." in words(page)
    assert "Nothing was changed." in words(page)
    monkeypatch.undo()
    qtbot.mouseClick(button(page, "import_again"), LEFT)
    idle(qtbot, runner)
    assert report(page).read == 14


def test_a_preview_that_is_not_wanted_any_more_is_dropped(qtbot, page, runner, new_students, leavers):
    page.start(Kind.PATRONS, str(new_students))
    page.start(Kind.DEACTIVATIONS, str(leavers))
    idle(qtbot, runner)
    assert report(page).kind is Kind.DEACTIVATIONS
    assert report(page).read == 10


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_the_report_is_saved(qtbot, page, runner, new_students, tmp_path, suffix):
    page.start(Kind.PATRONS, str(new_students))
    idle(qtbot, runner)
    qtbot.mouseClick(button(page, "import_save_report"), LEFT)
    dialog = page.findChild(QFileDialog, "import_save_dialog")
    assert dialog is not None
    target = tmp_path / f"report.{suffix}"
    dialog.fileSelected.emit(str(target))
    dialog.reject()
    idle(qtbot, runner)
    assert target.stat().st_size > 100
    assert f"The report is saved as report.{suffix}." in words(page)


def test_a_report_that_cannot_be_saved_says_so(qtbot, page, runner, new_students, tmp_path):
    page.start(Kind.PATRONS, str(new_students))
    idle(qtbot, runner)
    page._save_to(report(page), tmp_path / "no folder" / "report.csv")
    idle(qtbot, runner)
    assert "Choose a folder that exists." in words(page)


def test_without_the_right_nothing_can_be_chosen(qtbot, qapp, office, runner, changes, new_students):
    page = ImportPage(without(office, Permission.IMPORT), runner, changes)
    qtbot.addWidget(page)
    page.show()
    page.start(Kind.PATRONS, str(new_students))
    idle(qtbot, runner)
    assert "You may not import files" in words(page)
    assert not button(page, "import_choose").isEnabled()
    assert page._outcomes.report is None


def test_back_leaves_the_page(qtbot, page):
    with qtbot.waitSignal(page.back_asked):
        qtbot.keyClick(button(page, "import_back"), Qt.Key.Key_Return)


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_has_words_for_itself_and_its_fields(kind):
    from patrondesk.services.importing.heading_words import FIELDS

    assert kind in sentences.KINDS
    assert kind in sentences.NEEDED
    said = [sentences.field(kind, name) for name in FIELDS[kind]]
    assert len(set(said)) == len(said)
    assert not any("_" in word for word in said)
