"""Whom, or which copy, typed words mean when several fit: a list with what tells them apart; Enter takes the row."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

from patrondesk import messages
from patrondesk.records.lending import ItemLine
from patrondesk.records.patrons import PatronLine
from patrondesk.ui.screens.circulation import words
from patrondesk.ui.screens.circulation.reading import ItemsFound, People
from patrondesk.ui.shell import buttons, columns, dialogs, fitting, fonts, people, portraits, tables, text, widths
from patrondesk.ui.shell.columns import Column

_FACE, _ROW, _SHOWN = 30, 42, 7


class _Faces(tables.RowDelegate):
    """A portrait before the name."""

    def __init__(self, view: tables.Table, found: People) -> None:
        super().__init__(view)
        self._found = found

    def paint_cell(
        self, painter: QPainter, rect: QRectF, option: QStyleOptionViewItem, index: columns.Index
    ) -> QRectF | None:  # fmt: skip
        row = index.data(columns.RECORD_ROLE)
        if index.column() == 0 and isinstance(row, PatronLine):
            face = portraits.portrait(
                row.id, row.name, _FACE, self._found.pictures.get(row.id), painter.device().devicePixelRatioF()
            )
            painter.drawPixmap(round(rect.left()), round(rect.center().y() - _FACE / 2), face)
            rect = rect.adjusted(_FACE + 10, 0, 0, 0)
        return super().paint_cell(painter, rect, option, index)


class ChooseDialog(dialogs.Dialog):
    """Arrows and Enter, or a click; Escape goes back to the field."""

    chosen = Signal(object)
    """A PatronId."""

    def __init__(self, parent: QWidget, found: People) -> None:
        super().__init__(parent, "Choose a patron", dialogs.MIDDLE, "desk_choose_dialog")
        self.question(f"Who is “{found.words}”?")
        shown = len(found.rows)
        if found.total > shown:
            said = f"The first {shown} of {messages.count(found.total, 'patron')}. Type more of the name for others."
            self.body.addWidget(text.Sentence(said, fonts.LABEL, "text2"))
        listed: list[Column[PatronLine]] = [
            Column("Patron", lambda r: r.name, 0, weight=fonts.MEDIUM, tip=lambda r: r.name, second=lambda r: r.username or ""),
            Column("Class", lambda r: people.school_class(r.year_level, r.homeroom) or r.patron_type, 130),
            Column("Barcode", lambda r: r.barcode or "", 120, second=lambda r: f"Old card {r.old_card}" if r.old_card else ""),
            Column("State", lambda r: "" if r.enabled else "Deactivated", 100, tone="text2"),
        ]
        self.table, self._rows = tables.table("Patrons", listed, "desk_choose_table")
        self.table.setItemDelegate(_Faces(self.table, found))
        fitting.fit(self.table, listed, least={0: 180}, steps=((), (3,)))
        self._rows.show_records(found.rows)
        self.table.setMinimumHeight(widths.scaled(_ROW * min(shown, _SHOWN) + 36))
        self.table.setCurrentIndex(self._rows.index(0, 0))
        self.body.addWidget(self.table)
        self.add_decision(buttons.button("Cancel", name="desk_choose_cancel")).clicked.connect(self.reject)
        take = self.add_decision(buttons.button("Choose", "main", name="desk_choose_accept"))
        take.clicked.connect(lambda: self._take(self.table.currentIndex()))
        self.table.entered_cell.connect(self._take)
        self.table.doubleClicked.connect(self._take)
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot(QModelIndex)
    def _take(self, index: QModelIndex) -> None:
        if index.isValid():
            patron = self._rows.record(index.row()).id
            self.accept()
            self.chosen.emit(patron)


class ChooseItemDialog(dialogs.Dialog):
    """Copies whose title holds the words; the chosen one is as if it were scanned."""

    chosen = Signal(str)
    """A barcode."""

    def __init__(self, parent: QWidget, found: ItemsFound) -> None:
        super().__init__(parent, "Choose an item", dialogs.MIDDLE, "desk_items_dialog")
        self.question(f"Which item is “{found.words}”?")
        shown = len(found.rows)
        if found.total > shown:
            said = f"The first {shown} of {messages.count(found.total, 'item')}. Type more of the title for others."
            self.body.addWidget(text.Sentence(said, fonts.LABEL, "text2"))
        listed: list[Column[ItemLine]] = [
            Column("Title", lambda r: r.title, 0, weight=fonts.MEDIUM, tip=_title_tip, second=lambda r: r.author or ""),
            Column("Barcode", lambda r: r.barcode, 110),
            Column("State", words.item_state, 180, tone="text2"),
        ]
        self.table, self._rows = tables.table("Items", listed, "desk_items_table")
        fitting.fit(self.table, listed, least={0: 180})
        self._rows.show_records(found.rows)
        self.table.setMinimumHeight(widths.scaled(_ROW * min(shown, _SHOWN) + 36))
        self.table.setCurrentIndex(self._rows.index(0, 0))
        self.body.addWidget(self.table)
        self.add_decision(buttons.button("Cancel", name="desk_items_cancel")).clicked.connect(self.reject)
        take = self.add_decision(buttons.button("Choose", "main", name="desk_items_accept"))
        take.clicked.connect(lambda: self._take(self.table.currentIndex()))
        self.table.entered_cell.connect(self._take)
        self.table.doubleClicked.connect(self._take)
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot(QModelIndex)
    def _take(self, index: QModelIndex) -> None:
        if index.isValid():
            barcode = self._rows.record(index.row()).barcode
            self.accept()
            self.chosen.emit(barcode)


def _title_tip(line: ItemLine) -> str:
    return "\n".join(part for part in (line.title, line.author) if part)
