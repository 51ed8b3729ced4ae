"""Reasons that hold a patron as a list: icon, words or a link, and what would lift each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from patrondesk.records.verdict import Reason
from patrondesk.ui.shell import buttons, fonts, people, text

_ICONS = {
    "ACTIVE": "person_ok", "OPEN_LOANS": "loan", "BALANCE_DUE": "money", "CREDIT": "credit", "RESERVATIONS": "reserved",
    "PO_LINES": "po_line", "PURCHASE_ORDERS": "po_line", "INVOICES": "po_line", "LOCKED_BIBS": "padlock",
    "IMPORT_PROFILES": "import", "MD_EDITOR": "edit", "ASSETS": "folder", "GRANTS": "certificate", "STAFF_ROLE": "staff",
    "GUARANTOR": "guarantor", "PROTECTED": "keep", "ACCESS_REQUEST": "request", "CHECK_FAILED": "look",
}  # fmt: skip
_SETTLED_HERE = ("OPEN_LOANS", "BALANCE_DUE", "CREDIT", "RESERVATIONS")


def icon_of(code: str) -> str:
    """The icon of a reason's code."""
    return _ICONS.get(code, "padlock")


def lifting(reason: Reason) -> str:
    """What lifts a reason, as a sentence; an overridden one says that it does not hold any more."""
    return "Set aside by hand." if reason.overridden else people.raised(reason.lifts)


class ReasonList(QWidget):
    """A line for each reason. `followed` carries the code of the link that was pressed."""

    followed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)

    def show_reasons(
        self,
        reasons: Sequence[Reason],
        links: Mapping[str, str] | None = None,
        actions: Mapping[str, Sequence[buttons.Button]] | None = None,
    ) -> None:
        """Shows these; `links` gives the words of a code's link, `actions` the buttons at the right of its line."""
        while self._column.count():
            item = self._column.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for reason in reasons:
            self._column.addWidget(self._line(reason, (links or {}).get(reason.code, ""), (actions or {}).get(reason.code, ())))

    def _line(self, reason: Reason, link: str, actions: Sequence[buttons.Button]) -> QWidget:
        line = QWidget()
        line.setAccessibleName(f"{reason.text}. {lifting(reason)}")
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        tone = "warn" if reason.code in _SETTLED_HERE and not reason.overridden else "text2"
        row.addWidget(text.IconLabel(icon_of(reason.code), 16, tone), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(1)
        if link:
            made = buttons.button(link, "link", name=f"reason_{reason.code.lower()}")
            made.set_size(fonts.LABEL)
            made.clicked.connect(lambda _=False, code=reason.code: self.followed.emit(code))
            words.addWidget(made, 0, Qt.AlignmentFlag.AlignLeft)
        else:
            words.addWidget(text.Sentence(reason.text, fonts.LABEL))
        if lifting(reason):
            words.addWidget(text.Sentence(lifting(reason), fonts.SMALL, "text2"))
        row.addLayout(words, 1)
        for action in actions:
            row.addWidget(action, 0, Qt.AlignmentFlag.AlignVCenter)
        return line
