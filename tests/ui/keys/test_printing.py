"""Ctrl+P: what stands on the paper, how many pages, a file where there is no printer, and what is said when it fails."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPageLayout, QPageSize, QPdfWriter
from PySide6.QtPrintSupport import QPrintDialog, QPrinterInfo
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit

from patrondesk.ui.screens.purge.columns import Col
from patrondesk.ui.shell import printing
from patrondesk.ui.shell.printing import Paper, Printout, Sheet
from tests.ui import walking

pytestmark = pytest.mark.qt_log_ignore(
    "This plugin does not support (raise|grabbing the keyboard)|QPrintDialog|QPrinter|No printers|QPainter::begin", extend=True
)
CTRL = Qt.KeyboardModifier.ControlModifier
Key = Qt.Key


def pages_of(path) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", path.read_bytes()))


def test_the_printout_is_the_list_on_show(hands):
    page = hands.at_table("purge")
    page.table.arranger.show(Col.CLASS, False)
    page.table.arranger.move(Col.OWES, -1)
    hands.key(Key.Key_Space)
    made = page.printout()
    (sheet,) = made.sheets
    assert made.title == "User Purge"
    assert page.head.sentence in made.sentence
    assert page.pager.total.text() in made.sentence
    assert "Riverbank" in made.origin
    assert "Printed on" in made.origin
    assert hands.desk.office.actor.name in made.origin
    assert "shred" in made.origin, "names of children are on it"
    assert sheet.heads == ("Tag", "Patron", "Barcode", "Deactivated", "Owes", "Open loans", "Standing")
    assert [row[1][0] for row in sheet.rows] == [row.name for row in page.model.rows]
    assert sheet.rows[0][1][1] == page.model.rows[0].username
    assert [bool(row[0][0]) for row in sheet.rows] == [row.id in page.tags for row in page.model.rows]
    assert sheet.right == {4}


def test_every_page_with_a_list_prints_it(hands):
    for place in ("purge", "patrons", "batches", "import"):
        page = hands.go(place)
        made = page.printout()
        assert made.title
        assert made.origin
        assert page.commands["print"].isEnabled()
    for place in ("settings", "details"):
        assert "print" not in hands.go(place).commands


def a_sheet(rows: int, columns: int = 3, words: str = "Hernández, Lucía") -> Sheet:
    return Sheet(tuple(f"Head {n}" for n in range(columns)), tuple(((words, "below"),) * columns for _ in range(rows)))


@pytest.mark.parametrize(("rows", "least", "most"), [(0, 1, 1), (10, 1, 1), (200, 5, 12)])
def test_as_many_pages_as_the_rows_need(qapp, tmp_path, rows, least, most):
    writer = QPdfWriter(str(tmp_path / "x.pdf"))
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    paper = Paper(writer, Printout("Title", "Sentence", "Origin", (a_sheet(rows),)))
    assert paper.paint()
    assert least <= paper.pages <= most
    del writer
    assert pages_of(tmp_path / "x.pdf") == paper.pages


def test_no_row_is_torn_and_none_is_left_out(qapp, tmp_path, monkeypatch):
    """Each row is painted once, between the top of a page and its foot."""
    writer = QPdfWriter(str(tmp_path / "x.pdf"))
    met = []
    real = Paper._row

    def spied(self, each, row, widths, heading=False):
        top = self._top
        real(self, each, row, widths, heading)
        met.append((self.pages, top, self._top, row[0][0], heading))
        assert self._top <= self._bottom + 1

    monkeypatch.setattr(Paper, "_row", spied)
    rows = tuple(((f"Name {n} " * (1 + n % 9), "x"), ("y " * (n % 40), "")) for n in range(120))
    made = Paper(writer, Printout("T", "S", "O", (Sheet(("A", "B"), rows),)))
    assert made.paint()
    said = [words for _, _, _, words, heading in met if not heading]
    assert said == [row[0][0] for row in rows]
    assert len([1 for each in met if each[4]]) == made.pages > 1, "the head is on every page"


def test_wide_lists_lie_on_their_side(qapp):
    assert printing.is_wide(Printout("", "", "", (a_sheet(1, 8),)))
    assert not printing.is_wide(Printout("", "", "", (a_sheet(1, 4),)))


def test_ctrl_p_shows_the_pages_and_saves_a_pdf_where_there_is_no_printer(hands, tmp_path, monkeypatch):
    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", staticmethod(lambda: []))
    hands.at_table("purge")
    hands.key(Key.Key_P, CTRL)
    dialog = hands.open_dialog("print_dialog")
    assert walking.faults(dialog) == []
    assert not dialog.print.isEnabled()
    assert "No printer" in dialog.print.toolTip()
    last = dialog.preview.pageCount()
    assert last >= 2
    assert dialog.page.text() == f"Page 1 of {last}"
    assert not dialog.previous.isEnabled()
    hands.press("print_next")
    assert dialog.page.text() == f"Page 2 of {last}"
    hands.press("print_pdf")
    asked = hands.open_dialog("print_pdf_dialog")
    assert isinstance(asked, QFileDialog)
    path = tmp_path / "list.pdf"
    asked.findChild(QLineEdit).setText(str(path))
    asked.accept()
    hands.wait(path.is_file)
    assert path.read_bytes().startswith(b"%PDF")
    assert pages_of(path) == last
    assert "list.pdf" in dialog._said.text()
    assert dialog._printer.pageLayout().orientation() == QPageLayout.Orientation.Landscape
    hands.front(dialog)
    hands.key(Key.Key_Escape)
    hands.closed("print_dialog")


def test_a_file_that_cannot_be_written_is_told(hands, tmp_path):
    hands.at_table("purge")
    hands.key(Key.Key_P, CTRL)
    dialog = hands.open_dialog("print_dialog")
    dialog._save(tmp_path / "nowhere" / "list.pdf")
    assert "could not be written" in dialog._said.text()
    assert not (tmp_path / "nowhere").exists()
    hands.key(Key.Key_Escape)
    hands.closed("print_dialog")


def test_with_a_printer_the_systems_own_question_follows(hands, monkeypatch):
    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", staticmethod(lambda: ["Office"]))
    hands.at_table("patrons")
    hands.key(Key.Key_P, CTRL)
    dialog = hands.open_dialog("print_dialog")
    assert dialog.print.isEnabled()
    hands.press("print_accept")
    hands.wait(lambda: any(isinstance(top, QPrintDialog) and top.isVisible() for top in QApplication.topLevelWidgets()))
    asked = next(top for top in QApplication.topLevelWidgets() if isinstance(top, QPrintDialog) and top.isVisible())
    asked.reject()
    assert dialog.isVisible(), "thinking better of it leaves the preview"
    dialog._done(False)
    assert "Nothing was printed" in dialog._said.text()
    dialog._done(True)
    hands.closed("print_dialog")
