"""Small dialogs about one patron: why not, set a reason aside, let it hold again, keep the patron."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QDateEdit, QLineEdit, QWidget

from patrondesk.records.patrons import Candidate
from patrondesk.records.verdict import Reason, Severity
from patrondesk.ui.screens.purge import standing
from patrondesk.ui.screens.purge.reasons import Reasons
from patrondesk.ui.shell import buttons, dialogs, forms, text


def why_dialog(parent: QWidget, row: Candidate, reasons: Reasons) -> dialogs.Dialog:
    """Every reason of a patron with what lifts it. A way that is taken closes the dialog first."""
    dialog = dialogs.Dialog(parent, "What is in the way", dialogs.NARROW, "purge_why_dialog")
    dialog.question(standing.why_not(row) if not row.eligible else f"{row.name} can go now")
    reasons.show_row(row)
    dialog.body.addWidget(reasons)
    dialog.body.addStretch(1)
    for way in (reasons.loans_chosen, reasons.details_chosen, reasons.override_asked, reasons.withdraw_asked):
        way.connect(dialog.reject)
    close = dialog.add_decision(buttons.button("Close", name="why_close"))
    close.clicked.connect(dialog.reject)
    close.setFocus(Qt.FocusReason.OtherFocusReason)
    return dialog


def overridable(row: Candidate) -> list[Reason]:
    """The reasons that hold and that someone with the permission may set aside."""
    return [reason for reason in row.reasons if reason.severity is Severity.OVERRIDABLE and not reason.overridden]


class OverrideDialog(dialogs.Dialog):
    """One reason to set aside, with a comment that must be there. `chosen(code, comment)` is called when both are."""

    def __init__(self, parent: QWidget, row: Candidate, chosen: Callable[[str, str], None], first: Reason | None = None) -> None:
        super().__init__(parent, "Set a reason aside", dialogs.NARROW, "purge_override_dialog")
        self._chosen = chosen
        self.question(f"Purge {row.name} in spite of what?")
        self.reason = QComboBox()
        self.reason.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for reason in overridable(row):
            self.reason.addItem(reason.text, reason.code)
        if first is not None:
            self.reason.setCurrentIndex(max(0, self.reason.findData(first.code)))
        self.comment = forms.Field("Why", QLineEdit(), "override_comment", hint="Kept in the history with your name.")
        self.body.addWidget(forms.Field("Reason", self.reason, "override_reason"))
        self.body.addWidget(self.comment)
        said = "It holds no longer for this patron, until it is withdrawn. Other reasons still do."
        self.body.addWidget(text.Sentence(said, 13, "text2"))
        self.add_decision(buttons.button("Cancel", name="override_cancel")).clicked.connect(self.reject)
        self.add_decision(buttons.button("Set aside", "main", name="override_accept")).clicked.connect(self._on_accept)
        self.comment.control.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_accept(self) -> None:
        control = self.comment.control
        said = control.text().strip() if isinstance(control, QLineEdit) else ""
        if not said:
            self.comment.show_error("Say why, such as “paid at the office, receipt 311”.")
            return
        self.accept()
        self._chosen(str(self.reason.currentData()), said)


class KeepDialog(dialogs.Dialog):
    """A reason to keep a patron, and an end if there is one. `chosen(reason, until)` is called when the reason is there.

    Enter in the last field, the day or where there is none the reason, does it.
    """

    def __init__(self, parent: QWidget, row: Candidate, today: dt.date, chosen: Callable[[str, dt.date | None], None]) -> None:
        super().__init__(parent, "Keep this patron", dialogs.NARROW, "purge_protect_dialog")
        self._chosen = chosen
        self.question(f"Keep {row.name}?")
        self.reason = forms.Field("Why", QLineEdit(), "protect_reason")
        self.limited = buttons.CheckBox("Only until")
        self.limited.setObjectName("protect_limited")
        self.limited.setAccessibleName("Only until a day")
        self.until = QDateEdit(QDate(today.year + 1, today.month, min(today.day, 28)))
        self.until.setMinimumDate(QDate(today.year, today.month, today.day))
        self.until.setObjectName("protect_until")
        self.until.setAccessibleName("Keep until")
        self.until.setDisplayFormat("d MMMM yyyy")
        # The style sheet's padding does not reach the field inside.
        self.until.lineEdit().setTextMargins(10, 0, 0, 0)
        self.until.setEnabled(False)
        self.limited.toggled.connect(self.until.setEnabled)
        self.body.addWidget(self.reason)
        self.body.addWidget(self.limited)
        self.body.addWidget(self.until)
        self.body.addWidget(text.Sentence("Nobody purges the patron while the flag lasts. Details can end it.", 13, "text2"))
        self.add_decision(buttons.button("Cancel", name="protect_cancel")).clicked.connect(self.reject)
        self.add_decision(buttons.button("Keep", "main", name="protect_accept")).clicked.connect(self._on_accept)
        self.reason.control.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = self.until if self.limited.isChecked() else self.reason.control
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.focusWidget() is last and not event.isAutoRepeat():
            self._on_accept()
        else:
            super().keyPressEvent(event)

    def _on_accept(self) -> None:
        control = self.reason.control
        said = control.text().strip() if isinstance(control, QLineEdit) else ""
        if not said:
            self.reason.show_error("Say why, such as “repeats the year”.")
            return
        date = self.until.date()
        self.accept()
        self._chosen(said, dt.date(date.year(), date.month(), date.day()) if self.limited.isChecked() else None)
