"""Questions about a request to see the data: opened with its due date, given another day, closed with what came of it."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QWidget

from patrondesk import messages
from patrondesk.records.access_requests import RULES, AccessRequest
from patrondesk.services.access_requests import due_by
from patrondesk.ui.screens.patrons import rights_words
from patrondesk.ui.shell import buttons, dialogs, fonts, forms, text
from patrondesk.ui.shell.days import DAY_EXAMPLE, read_day


def _line(field: forms.Field) -> QLineEdit:
    control = field.control
    assert isinstance(control, QLineEdit)
    return control


class OpenRequestDialog(dialogs.Dialog):
    """Opening a request. The due date follows rule and day until somebody writes another one."""

    confirmed = Signal(str, object, object, str)
    """The rule, the day it came in, the day it is due, a comment that may be empty."""

    def __init__(self, parent: QWidget, name: str, rule: str, today: dt.date) -> None:
        super().__init__(parent, "Request to see the data", dialogs.NARROW, "request_dialog")
        self._today, self._proposed = today, ""
        self.question(f"Who asks to see the data about {text.isolated(name)}?")
        self.body.addWidget(text.Sentence("While the request is open, the record is neither purged nor deleted."))
        self.rule = QComboBox()
        for word, said in RULES.items():
            self.rule.addItem(said, word)
        self.rule.setCurrentIndex(self.rule.findData(rule))
        self._comment = forms.Field("Who asks, and how", forms.line("The mother, by letter"), "request_comment")
        self._rule = forms.Field("Time to answer", self.rule, "request_rule")
        self._since = forms.Field("Came in on", forms.line(DAY_EXAMPLE), "request_since")
        self._due = forms.Field("To be answered until", forms.line(DAY_EXAMPLE), "request_due")
        _line(self._since).setText(messages.short_day(today))
        self.body.addWidget(self._comment)
        self.body.addWidget(self._rule)
        days = QHBoxLayout()
        days.setSpacing(12)
        for field in (self._since, self._due):
            days.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(days)
        self.add_decision(buttons.button("Cancel", name="request_cancel")).clicked.connect(self.reject)
        self.add_decision(buttons.button("Open the request", "main", name="request_accept")).clicked.connect(self._on_accept)
        self.rule.currentIndexChanged.connect(self._propose)
        _line(self._since).textChanged.connect(self._propose)
        _line(self._due).returnPressed.connect(self._on_accept)
        self._propose()
        self._comment.control.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _propose(self) -> None:
        """The day by the rule, unless another one was written."""
        field = _line(self._due)
        if field.text() != self._proposed:
            return
        try:
            since = read_day(_line(self._since).text(), self._today) or self._today
            due = due_by(str(self.rule.currentData()), since)
        except ValueError:
            due = None
        self._proposed = messages.short_day(due) if due else ""
        field.setText(self._proposed)

    @Slot()
    def _on_accept(self) -> None:
        since, wrong_since = _day(self._since, self._today)
        if since is not None and since > self._today:
            wrong_since = f"That day is still ahead. Write {messages.short_day(self._today)} or an earlier one."
        due, wrong_due = _day(self._due, self._today)
        if not wrong_due and due is None:
            wrong_due = f"Say until when it is to be answered, such as {DAY_EXAMPLE}."
        elif due is not None and due < (since or self._today):
            wrong_due = "That day is before the request came in."
        self._due.show_error(wrong_due)
        self._since.show_error(wrong_since)
        if not wrong_since and not wrong_due:
            comment = _line(self._comment).text().strip()
            self.accept()
            self.confirmed.emit(str(self.rule.currentData()), since or self._today, due, comment)


class DueDialog(dialogs.Dialog):
    """Another day for an open request."""

    confirmed = Signal(object)
    """The day."""

    def __init__(self, parent: QWidget, request: AccessRequest, today: dt.date) -> None:
        super().__init__(parent, "Another day", dialogs.NARROW, "request_due_dialog")
        self._today, self._request = today, request
        self.question("Until when is the request to be answered?")
        self.body.addWidget(text.Sentence(rights_words.opened(request), fonts.LABEL, "text2"))
        self._due = forms.Field("To be answered until", forms.line(DAY_EXAMPLE), "request_another_day")
        _line(self._due).setText(messages.short_day(request.due_on))
        self.body.addWidget(self._due)
        self.add_decision(buttons.button("Cancel", name="request_due_cancel")).clicked.connect(self.reject)
        self.add_decision(buttons.button("Change the day", "main", name="request_due_accept")).clicked.connect(self._on_accept)
        _line(self._due).returnPressed.connect(self._on_accept)
        _line(self._due).selectAll()
        self._due.control.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_accept(self) -> None:
        due, wrong = _day(self._due, self._today)
        if not wrong and due is None:
            wrong = f"Write a day, such as {DAY_EXAMPLE}."
        elif due is not None and due < self._request.opened_on:
            wrong = f"That day is before the request came in on {messages.short_day(self._request.opened_on)}."
        self._due.show_error(wrong)
        if not wrong:
            self.accept()
            self.confirmed.emit(due)


class CloseRequestDialog(dialogs.Dialog):
    """Closing a request: what came of it must be said. Enter in the field does it."""

    confirmed = Signal(str)
    """What came of it."""

    def __init__(self, parent: QWidget, request: AccessRequest) -> None:
        super().__init__(parent, "Close the request", dialogs.NARROW, "request_close_dialog")
        self.question("What came of the request?")
        self.body.addWidget(text.Sentence(rights_words.opened(request), fonts.LABEL, "text2"))
        self._outcome = forms.Field("Outcome", forms.line("Handed out on paper"), "request_outcome")
        self.body.addWidget(self._outcome)
        self.body.addWidget(text.Sentence("It holds the record no longer then.", fonts.LABEL, "text2"))
        self.add_decision(buttons.button("Cancel", name="request_close_cancel")).clicked.connect(self.reject)
        close = self.add_decision(buttons.button("Close the request", "main", name="request_close_accept"))
        close.clicked.connect(self._on_accept)
        _line(self._outcome).returnPressed.connect(self._on_accept)
        self._outcome.control.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_accept(self) -> None:
        outcome = _line(self._outcome).text().strip()
        self._outcome.show_error("" if outcome else "Say what came of it, such as: handed out, withdrawn, refused and why.")
        if outcome:
            self.accept()
            self.confirmed.emit(outcome)


def _day(field: forms.Field, today: dt.date) -> tuple[dt.date | None, str]:
    """The day that stands in a field, and what is wrong with it."""
    try:
        return read_day(_line(field).text(), today), ""
    except ValueError as fault:
        return None, str(fault)
