"""The librarian's whole job in the real window, by keys and clicks: import, deactivate, settle, purge, spreadsheet, undo."""

from __future__ import annotations

import csv
import sqlite3

import openpyxl
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QFileDialog, QLineEdit, QTableView, QWidget

from patrondesk import bootstrap
from patrondesk.clock import Clock
from patrondesk.records.importing import Kind
from patrondesk.services import libraries
from patrondesk.ui.main import open_window

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
STAFF, PASSWORD = "mokafor", "eleven blue bicycles"
NAMES = [
    ("川﨑", "宗則 Kawasaki"),
    ("De Bankolé", "Isaach"),
    ("Nyong'o", "Lupita"),
    ("=HYPERLINK(1)", "Eve"),
    ("Azzarison", "S'yan"),
]
# S'yan Azzarison has two items out; Eve owes money; one who stays is active.


def write(path, rows):
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture
def files(tmp_path):
    people = [
        {
            "username": f"u{n}",
            "barcode": f"P{n:05d}",
            "family_name": family,
            "given_name": given,
            "year_level": "Year 12",
            "homeroom": "12A",
        }
        for n, (family, given) in enumerate(NAMES)
    ]
    people.append(
        {
            "username": "stays",
            "barcode": "P99999",
            "family_name": "Staying",
            "given_name": "Sam",
            "year_level": "Year 8",
            "homeroom": "8B",
        }
    )
    items = [{"barcode": f"B{n:04d}", "title": f"Book {n}", "price": "12.50"} for n in range(8)]
    loans = [
        {"patron_barcode": "P00004", "item_barcode": f"B000{n}", "checked_out": "2026-10-01", "due": "2026-10-15", "returned": ""}
        for n in range(2)
    ]
    loans += [
        {
            "patron_barcode": "P00000",
            "item_barcode": "B0005",
            "checked_out": "2026-09-01",
            "due": "2026-09-15",
            "returned": "2026-09-10",
        }
    ]
    fines = [{"patron_barcode": "P00003", "type": "Damaged", "charged_on": "2026-09-20", "amount": "7.25", "balance": "7.25"}]
    gone = [{"username": f"u{n}", "enabled": "FALSE"} for n in range(len(NAMES))]
    return {
        Kind.PATRONS: write(tmp_path / "patrons.csv", people),
        Kind.ITEMS: write(tmp_path / "items.csv", items),
        Kind.LOANS: write(tmp_path / "loans.csv", loans),
        Kind.FINES: write(tmp_path / "fines.csv", fines),
        Kind.DEACTIVATIONS: write(tmp_path / "leavers.csv", gone),
    }


@pytest.fixture
def library(tmp_path):
    path = tmp_path / "riverbank.patrondesk"
    libraries.create_library(bootstrap.new_database(path), Clock(), name="Riverbank Secondary", username=STAFF, password=PASSWORD)
    return path


@pytest.fixture
def window(qtbot, library):
    made = open_window(str(library), STAFF, PASSWORD)
    made.resize(1400, 900)
    made.show()
    yield made
    made.close()


class Hands:
    """Finds visible things by their object names, waits for them, presses and types."""

    def __init__(self, qtbot):
        self._qtbot = qtbot

    def look(self, name):
        for top in QApplication.topLevelWidgets():
            for widget in (top, *top.findChildren(QWidget, name)):
                if widget.objectName() == name and widget.isVisible():
                    return widget
        return None

    def see(self, name, seconds=20):
        self._qtbot.waitUntil(lambda: self.look(name) is not None, timeout=seconds * 1000)
        return self.look(name)

    def gone(self, name):
        self._qtbot.waitUntil(lambda: self.look(name) is None, timeout=20_000)

    def press(self, name):
        button = self.see(name)
        assert isinstance(button, QAbstractButton)
        self._qtbot.waitUntil(button.isEnabled, timeout=20_000)
        spot = QPoint(min(12, button.width() // 2), button.height() // 2)
        QTest.mouseClick(button, LEFT, NONE, spot)

    def save_as(self, path):
        self._qtbot.waitUntil(lambda: self._chooser() is not None, timeout=20_000)
        chooser = self._chooser()
        line = chooser.findChild(QLineEdit)
        line.setText(str(path))
        chooser.accept()

    @staticmethod
    def _chooser():
        return next((w for w in QApplication.topLevelWidgets() if isinstance(w, QFileDialog) and w.isVisible()), None)


def rows_of(table):
    model = table.model()
    return {
        next(
            str(model.index(r, c).data()) for c in range(model.columnCount()) if str(model.index(r, c).data()).startswith("P")
        ): r
        for r in range(model.rowCount())
    }


def tagged(table):
    model = table.model()
    return [r for r in range(model.rowCount()) if model.index(r, 0).data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked]


def dump(path):
    link = sqlite3.connect(path)
    names = [n for (n,) in link.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")]
    kept = [n for n in names if not n.startswith(("archive_", "audit", "batch", "backups", "staff", "alembic", "purge_plan"))]
    found = {n: sorted(map(repr, link.execute(f'SELECT * FROM "{n}"'))) for n in kept}
    link.close()
    return found


def import_file(qtbot, hands, window, kind, path, number):
    desk = window.desk
    desk.import_patrons()
    hands.see("import_page")
    choice = hands.see("import_kind")
    assert isinstance(choice, QComboBox)
    choice.setCurrentIndex(choice.findData(kind.value))
    hands.press("import_choose")
    hands.save_as(path)
    apply = hands.see("import_apply")
    qtbot.waitUntil(lambda: apply.isEnabled() and str(number) in apply.text(), timeout=20_000)
    hands.press("import_apply")
    qtbot.waitUntil(lambda: window.runner.idle and not apply.isEnabled(), timeout=20_000)


def test_from_import_to_spreadsheet_to_undo(qtbot, window, library, files, tmp_path):
    hands = Hands(qtbot)
    hands.see("purge_page")
    for kind, number in ((Kind.PATRONS, 6), (Kind.ITEMS, 8), (Kind.LOANS, 3), (Kind.FINES, 1), (Kind.DEACTIVATIONS, 5)):
        import_file(qtbot, hands, window, kind, files[kind], number)
    QTest.mouseClick(hands.see("nav_purge"), LEFT, NONE, QPoint(12, 12))
    table = hands.see("purge_table")
    assert isinstance(table, QTableView)
    qtbot.waitUntil(lambda: table.model().rowCount() == 5, timeout=20_000)
    model = table.model()
    where = rows_of(table)
    assert "P99999" not in where, "an active patron waits to be purged"
    for barcode in ("P00003", "P00004"):
        assert not model.flags(model.index(where[barcode], 0)) & Qt.ItemFlag.ItemIsUserCheckable

    # S'yan's two items are lost; then the box opens.
    headings = [str(model.headerData(c, Qt.Orientation.Horizontal)) for c in range(model.columnCount())]
    cell = model.index(where["P00004"], headings.index("Open loans"))
    assert cell.data() == "2 items currently on loan - showing"
    table.scrollTo(cell)
    QTest.mouseClick(table.viewport(), LEFT, NONE, table.visualRect(cell).center())
    hands.see("loans_dialog")
    hands.press("loans_mark_all_lost")
    qtbot.waitUntil(lambda: window.runner.idle, timeout=20_000)
    hands.press("loans_close")
    hands.gone("loans_dialog")
    qtbot.waitUntil(
        lambda: bool(model.flags(model.index(rows_of(table)["P00004"], 0)) & Qt.ItemFlag.ItemIsUserCheckable), timeout=20_000
    )

    # All that can go are tagged by the head's box, one is untagged and tagged again by the Space bar.
    hands.press("purge_tag_all")
    qtbot.waitUntil(lambda: len(tagged(table)) == 4, timeout=20_000)
    table.setFocus()
    table.setCurrentIndex(model.index(rows_of(table)["P00000"], 1))
    QTest.keyClick(table, Qt.Key.Key_Space)
    assert len(tagged(table)) == 3
    QTest.keyClick(table, Qt.Key.Key_Space)
    assert len(tagged(table)) == 4
    before = dump(library)

    window.activateWindow()  # offscreen, nothing makes a window active again when its dialog has closed
    qtbot.waitUntil(lambda: window.isActiveWindow() and window.runner.idle, timeout=20_000)
    QTest.keyClick(table, Qt.Key.Key_Delete, Qt.KeyboardModifier.ControlModifier)
    hands.see("purge_confirm_dialog")
    assert "4 patrons" in hands.see("confirm_text").text()
    hands.press("confirm_accept")
    hands.see("purge_result_dialog")
    sheet = tmp_path / "purged.xlsx"
    hands.press("result_export")
    hands.save_as(sheet)
    qtbot.waitUntil(lambda: sheet.exists() and window.runner.idle, timeout=20_000)
    book = openpyxl.load_workbook(sheet)
    cells = {ws.title: [str(c.value) for row in ws.iter_rows() for c in row if c.value is not None] for ws in book}
    assert len(cells) == 3
    people = next(words for words in cells.values() if "P00000" in words)
    assert {"P00000", "P00001", "P00002", "P00004"} <= set(people)
    assert not {"P00003", "P99999"} & set(people)
    for whole in ("川﨑", "宗則 Kawasaki", "De Bankolé", "Nyong'o"):
        assert any(whole in word for word in people), whole
    link = sqlite3.connect(library)
    assert link.execute("SELECT count(*) FROM patrons WHERE username LIKE 'u%'").fetchone() == (1,)
    assert link.execute("SELECT count(*), sum(patron_id IS NULL) FROM loans").fetchone() == (3, 3)
    assert link.execute("SELECT count(*) FROM items WHERE status = 'lost'").fetchone() == (2,)
    link.close()

    # And back again: every row as it was.
    hands.press("result_undo")
    hands.see("purge_undo_dialog")
    hands.press("ask_accept")
    qtbot.waitUntil(lambda: window.runner.idle and table.model().rowCount() == 5, timeout=20_000)
    assert dump(library) == before
