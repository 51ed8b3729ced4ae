"""The list of all requests to see data held about somebody: open ones first, the next due at the top."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QWidget

from patrondesk import messages
from patrondesk.records.access_requests import AccessRequest
from patrondesk.ui.screens.patrons import rights_words as words
from patrondesk.ui.shell import buttons, dialogs, fitting, fonts, tables, text
from patrondesk.ui.shell.tables import Column

_TALLEST, _ROW, _HEAD = 8, 46, 44
_EMPTY = (
    "A request is opened on the details of the patron whose data somebody asks to see. It stands here with its day, and nobody "
    "purges or deletes the record meanwhile."
)


class RequestsDialog(dialogs.Dialog):
    """Small enough to be looked at beside the work; a name leads to the patron."""

    patron_chosen = Signal(object)
    """Carries the PatronId whose name was pressed; the list is closed then."""

    def __init__(self, parent: QWidget, requests: tuple[AccessRequest, ...]) -> None:
        super().__init__(parent, "Data requests", dialogs.WIDEST, "requests_dialog")
        self.question(words.heading(requests))
        close = buttons.button("Close", "main", name="requests_close")
        if not requests:
            self.body.addWidget(text.Sentence(_EMPTY, fonts.TEXT, "text2"))
        else:
            self._add_table(requests)
        self.add_decision(close).clicked.connect(self.reject)
        if not requests:
            close.setFocus(Qt.FocusReason.OtherFocusReason)

    def _add_table(self, requests: tuple[AccessRequest, ...]) -> None:
        columns = _columns()
        view, model = tables.table("Requests to see data", columns, "requests_table")
        fitting.fit(view, columns, least={0: 170, 4: 120})
        model.show_records(requests)
        view.setMinimumHeight(_HEAD + _ROW * min(_TALLEST, len(requests)))

        def on_entered(index: QModelIndex) -> None:
            chosen = model.record(index.row()).patron_id
            self.accept()
            self.patron_chosen.emit(chosen)

        view.entered_cell.connect(on_entered)
        self.body.addWidget(view)
        view.setCurrentIndex(model.index(0, 0))
        view.setFocus(Qt.FocusReason.OtherFocusReason)


def _columns() -> tuple[Column[AccessRequest], ...]:
    return (
        Column("Patron", lambda one: one.name, 184, second=lambda one: one.username or one.barcode or "", link=True,
               tip=lambda one: one.name),
        Column("Came in", lambda one: messages.short_day(one.opened_on), 118),
        Column("To be answered", lambda one: messages.short_day(one.due_on), 122),
        Column("State", lambda one: words.state(one).text, 104, chip=words.state),
        Column("Comment or outcome", _said, tone="text2", tip=_said),
    )  # fmt: skip


def _said(one: AccessRequest) -> str:
    return (one.comment if one.open else one.outcome) or ""
