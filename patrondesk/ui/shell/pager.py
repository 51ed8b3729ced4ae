"""The pager under a table: rows per page, which rows are on show, first to last page."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QWidget

from patrondesk.ui.shell import buttons, fonts, text, widths

SIZES = (20, 50, 100, 200)


class Pager(QWidget):
    """`prefix` begins the object names: `patrons` gives `patrons_next`, `patrons_page_size` and so on."""

    page_asked = Signal(int)
    size_asked = Signal(int)

    def __init__(self, prefix: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Pages")
        self._page, self._pages = 1, 1
        self.rows_box = QComboBox()
        self.rows_box.setObjectName(f"{prefix}_page_size")
        self.rows_box.setAccessibleName("Rows per page")
        for number in SIZES:
            self.rows_box.addItem(str(number), number)
        self.total = text.label("", fonts.LABEL, fonts.SEMIBOLD)
        self.total.setObjectName(f"{prefix}_total")
        self.number = QLineEdit("1")
        self.number.setObjectName(f"{prefix}_page_number")
        self.number.setAccessibleName("Page")
        self.number.setValidator(QIntValidator(1, 999_999, self.number))
        self.of = text.label("of 1", fonts.LABEL, fonts.REGULAR, "text2")
        self.first = buttons.icon_button("first", "First page", f"{prefix}_first")
        self.previous = buttons.icon_button("previous", "Previous page", f"{prefix}_previous")
        self.next = buttons.icon_button("next", "Next page", f"{prefix}_next")
        self.last = buttons.icon_button("last", "Last page", f"{prefix}_last")
        self._build()
        self._connect()

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 7, 14, 8)
        row.setSpacing(8)
        row.addWidget(text.label("Rows per page", fonts.LABEL, fonts.REGULAR, "text2"))
        row.addWidget(self.rows_box)
        row.addSpacing(14)
        row.addWidget(self.total)
        row.addStretch(1)
        for widget in (self.first, self.previous, text.label("Page", fonts.LABEL, fonts.REGULAR, "text2"), self.number):
            row.addWidget(widget)
        for widget in (self.of, self.next, self.last):
            row.addWidget(widget)
        widths.wide(self.rows_box, 70, *map(str, SIZES))
        widths.wide(self.number, 46, "9999")

    def _connect(self) -> None:
        self.rows_box.currentIndexChanged.connect(self._on_size)
        self.number.returnPressed.connect(self._on_number)
        self.number.editingFinished.connect(self._on_left)
        self.first.clicked.connect(lambda: self.page_asked.emit(1))
        self.previous.clicked.connect(lambda: self.page_asked.emit(self._page - 1))
        self.next.clicked.connect(lambda: self.page_asked.emit(self._page + 1))
        self.last.clicked.connect(lambda: self.page_asked.emit(self._pages))

    def show_size(self, size: int) -> None:
        """The number of rows a page, without asking."""
        self.rows_box.blockSignals(True)
        self.rows_box.setCurrentIndex(self.rows_box.findData(size))
        self.rows_box.blockSignals(False)

    def show_page(self, page: int, size: int, shown: int, total: int | None, more: bool = False) -> None:
        """Where one is: page `page` of `size` rows, `shown` of them there, of `total` in all.

        Without a total it is not counted yet; with `more` there are more than that, and the end is not known.
        """
        open_end = total is None or more
        known = page * size - size + shown if total is None else total
        self._page, self._pages = page, max(1, -(-known // size))
        if open_end and shown == size:
            self._pages = max(self._pages, page + 1)
        self.show_size(size)
        first = (page - 1) * size + 1
        of = "" if total is None else f" of more than {total:,}" if more else f" of {total:,}"
        span = f"{first:,}–{first + shown - 1:,}{of}" if shown else f"0{of or ' of 0'}"
        self.total.setText(span)
        self.total.setAccessibleName(f"Rows {span}")
        self.number.setText(str(page))
        pages = "" if open_end else f"of {self._pages:,}"
        self.of.setText(pages)
        self.number.setAccessibleDescription(pages)
        self.last.setToolTip("Search for more, to see the end of the list" if open_end else self.last.accessibleName())
        later = page < self._pages
        for button, on in (
            (self.first, page > 1), (self.previous, page > 1), (self.next, later), (self.last, later and not open_end),
        ):  # fmt: skip
            button.setEnabled(on)

    def ask_for_number(self) -> None:
        """Puts the cursor into the page number."""
        self.number.setFocus()
        self.number.selectAll()

    @Slot()
    def _on_size(self) -> None:
        self.size_asked.emit(int(self.rows_box.currentData()))

    @Slot()
    def _on_number(self) -> None:
        self.page_asked.emit(min(max(1, int(self.number.text() or self._page)), self._pages))
        self.number.selectAll()

    @Slot()
    def _on_left(self) -> None:
        if not self.number.hasFocus():
            self.number.setText(str(self._page))
