"""The pager under the table: rows per page, which rows are on show, the policy on past loans, first to last page."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QIntValidator, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QWidget

from patrondesk.records.patrons import PAGE_SIZES, CandidatesPage
from patrondesk.ui.screens.purge import words
from patrondesk.ui.shell import buttons, fonts, text, widths


class Pager(QWidget):
    """Signals carry the page wanted, or the number of rows a page."""

    page_asked = Signal(int)
    size_asked = Signal(int)
    policy_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Pages")
        self._page, self._pages = 1, 1
        self.page_size = QComboBox()
        self.page_size.setObjectName("purge_page_size")
        self.page_size.setAccessibleName("Rows per page")
        for number in PAGE_SIZES:
            self.page_size.addItem(str(number), number)
        self.total = text.label("", fonts.LABEL, fonts.SEMIBOLD)
        self.total.setObjectName("purge_total")
        self._rows_label = text.label("Rows per page", fonts.LABEL, fonts.REGULAR, "text2")
        self._archive = text.IconLabel("archive", 16)
        self.policy = text.label("", fonts.LABEL, fonts.REGULAR, "text2")
        self.policy.setObjectName("purge_policy")
        self.number = QLineEdit("1")
        self.number.setObjectName("purge_page_number")
        self.number.setAccessibleName("Page")
        self.number.setValidator(QIntValidator(1, 999_999, self.number))
        self.of = text.label("of 1", fonts.LABEL, fonts.REGULAR, "text2")
        self.first = buttons.icon_button("first", "First page", "purge_first")
        self.previous = buttons.icon_button("previous", "Previous page", "purge_previous")
        self.next = buttons.icon_button("next", "Next page", "purge_next")
        self.last = buttons.icon_button("last", "Last page", "purge_last")
        self._build()
        self._connect()

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 7, 14, 8)
        row.setSpacing(8)
        row.addWidget(self._rows_label)
        row.addWidget(self.page_size)
        row.addSpacing(14)
        row.addWidget(self.total)
        row.addStretch(1)
        row.addWidget(self._archive)
        row.addWidget(self.policy)
        row.addStretch(1)
        row.addWidget(self.first)
        row.addWidget(self.previous)
        row.addWidget(text.label("Page", fonts.LABEL, fonts.REGULAR, "text2"))
        row.addWidget(self.number)
        row.addWidget(self.of)
        row.addWidget(self.next)
        row.addWidget(self.last)
        widths.wide(self.page_size, 70, *map(str, PAGE_SIZES))
        widths.wide(self.number, 46, "9999")

    def _connect(self) -> None:
        # `activated` as well: a choice made by hand counts even when a program set the index before.
        self.page_size.currentIndexChanged.connect(self._on_size)
        self.page_size.activated.connect(self._on_size)
        self.number.returnPressed.connect(self._on_number)
        self.number.editingFinished.connect(self._on_left)
        self.first.clicked.connect(lambda: self.page_asked.emit(1))
        self.previous.clicked.connect(lambda: self.page_asked.emit(self._page - 1))
        self.next.clicked.connect(lambda: self.page_asked.emit(self._page + 1))
        self.last.clicked.connect(lambda: self.page_asked.emit(self._pages))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def minimumSizeHint(self) -> QSize:
        # What folds away must not keep the window from becoming so narrow that it does.
        least = super().minimumSizeHint()
        away = 0 if self.policy.isHidden() else self.policy.sizeHint().width() + self._archive.width() + 16
        return QSize(least.width() - away, least.height())

    def _fold(self) -> None:
        wide = self.width() >= 960 * fonts.scale() / 100
        self.policy.setVisible(wide)
        self._archive.setVisible(wide)

    def show_size(self, size: int) -> None:
        """The number of rows a page, without asking."""
        self.page_size.blockSignals(True)
        self.page_size.setCurrentIndex(self.page_size.findData(size))
        self.page_size.blockSignals(False)

    def show_page(self, page: CandidatesPage) -> None:
        """Where one is."""
        self._page, self._pages = page.page, page.pages
        self.show_size(page.page_size)
        self.total.setText(words.span(page))
        self.total.setAccessibleName(f"Rows {words.span(page)}")
        self.number.setText(str(page.page))
        self.of.setText(f"of {page.pages:,}")
        self.number.setAccessibleDescription(f"of {page.pages:,}")
        for button, on in ((self.first, page.page > 1), (self.previous, page.page > 1)):
            button.setEnabled(on)
        for button in (self.next, self.last):
            button.setEnabled(page.page < page.pages)

    def show_policy(self, retain: bool) -> None:
        """What becomes of past loans."""
        said = "Past loans are kept, without names" if retain else "Past loans go with their patrons"
        self.policy.setText(said)

    def ask_for_number(self) -> None:
        """Puts the cursor into the page number."""
        self.number.setFocus()
        self.number.selectAll()

    def _on_size(self) -> None:
        self.size_asked.emit(int(self.page_size.currentData()))

    def _on_number(self) -> None:
        wanted = int(self.number.text() or self._page)
        self.page_asked.emit(min(max(1, wanted), self._pages))
        self.number.selectAll()

    def _on_left(self) -> None:
        if not self.number.hasFocus():
            self.number.setText(str(self._page))
