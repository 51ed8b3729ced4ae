"""What the signed-in person took at the desk today, and what should be in the cash box of it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from patrondesk import messages, money
from patrondesk.records.lending import DeskDay, DeskPayment
from patrondesk.ui.screens.circulation import words
from patrondesk.ui.shell import buttons, dialogs, fitting, fonts, tables, text, widths
from patrondesk.ui.shell.columns import RIGHT, Column

_ROW, _SHOWN = 42, 7


def link_words(day: DeskDay, currency: str) -> str:
    """Today at this desk: $12.50."""
    return f"Today at this desk: {money.words(day.total, currency)}"


class DayDialog(dialogs.Dialog):
    """Payments, newest first, and their sum."""

    def __init__(self, parent: QWidget, day: DeskDay, currency: str, who: str) -> None:
        super().__init__(parent, "Today at this desk", dialogs.MIDDLE, "desk_day_dialog")
        self.question(f"{money.words(day.total, currency)} taken today")
        number = len(day.payments)
        taken = messages.count(number, "payment") if number else "No payment yet"
        self.body.addWidget(text.Sentence(f"{taken} by {who}; what was paid back is taken off.", fonts.LABEL, "text2"))
        listed: list[Column[DeskPayment]] = [
            Column("Time", lambda p: words.at(p.at), 70),
            Column("For", lambda p: p.type, 0, second=lambda p: p.name or "A purged patron"),
            Column("Amount", lambda p: money.words(p.amount, currency), 110, align=RIGHT),
        ]
        if number:
            table, rows = tables.table("Payments of today", listed, "desk_day_table")
            fitting.fit(table, listed)
            rows.show_records(day.payments)
            table.setMinimumHeight(widths.scaled(_ROW * min(number, _SHOWN) + 36))
            self.body.addWidget(table)
        close = self.add_decision(buttons.button("Close", "main", name="desk_day_close"))
        close.clicked.connect(self.reject)
        close.setFocus(Qt.FocusReason.OtherFocusReason)
