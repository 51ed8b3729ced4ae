"""Small questions about one patron: deactivate, keep, block, unblock."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLineEdit, QWidget

from patrondesk import messages
from patrondesk.ui.shell import buttons, dialogs, forms, text
from patrondesk.ui.shell.days import DAY_EXAMPLE, read_day


def _typed(field: forms.Field) -> str:
    control = field.control
    return control.text().strip() if isinstance(control, QLineEdit) else ""


class DisableDialog(dialogs.Dialog):
    """Deactivating one patron; a reason is welcome."""

    confirmed = Signal(str)
    """The reason, which may be empty."""

    def __init__(self, parent: QWidget, name: str) -> None:
        super().__init__(parent, "Deactivate", dialogs.NARROW, "disable_dialog")
        self.question(f"Deactivate {text.isolated(name)}?")
        self.body.addWidget(
            text.Sentence("Nothing can be borrowed, renewed or reserved any more. The patron waits on the User Purge page.")
        )
        self._reason = forms.Field("Reason, if any", forms.line("Moved away"), "disable_reason")
        self.body.addWidget(self._reason)
        self.add_decision(buttons.button("Cancel", name="disable_cancel")).clicked.connect(self.reject)
        self.add_decision(buttons.button("Deactivate", "main", name="disable_accept")).clicked.connect(self._on_accept)
        self._reason.control.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_accept(self) -> None:
        reason = _typed(self._reason)
        self.accept()
        self.confirmed.emit(reason)


class KeepDialog(dialogs.Dialog):
    """Flagging a patron to keep: a reason must be there, an end may be. Enter in the last field does it."""

    confirmed = Signal(str, object)
    """The reason, and the last day or None."""

    def __init__(self, parent: QWidget, name: str, today: dt.date) -> None:
        super().__init__(parent, "Keep a patron", dialogs.NARROW, "protect_dialog")
        self._today = today
        self.question(f"Keep {text.isolated(name)}?")
        self.body.addWidget(text.Sentence("No purge, job or merge takes a patron who is kept, as long as it lasts."))
        self._reason = forms.Field("Why", forms.line("Comes back after the exchange year"), "protect_reason")
        self._until = forms.Field(
            "Until, if there is an end", forms.line(DAY_EXAMPLE), "protect_until", hint="Empty: until somebody ends it."
        )
        self.body.addWidget(self._reason)
        self.body.addWidget(self._until)
        self.add_decision(buttons.button("Cancel", name="protect_cancel")).clicked.connect(self.reject)
        self.add_decision(buttons.button("Keep", "main", name="protect_accept")).clicked.connect(self._on_accept)
        last = self._until.control
        assert isinstance(last, QLineEdit)
        last.returnPressed.connect(self._on_accept)
        self._reason.control.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_accept(self) -> None:
        reason, wrong, until = _typed(self._reason), "", None
        try:
            until = read_day(_typed(self._until), self._today)
            if until is not None and until < self._today:
                wrong = f"That day has passed. Choose {messages.short_day(self._today)} or a later one."
        except ValueError as fault:
            wrong = str(fault)
        self._until.show_error(wrong, take_focus=bool(reason))
        self._reason.show_error("" if reason else "Say why this patron must be kept.")
        if reason and not wrong:
            self.accept()
            self.confirmed.emit(reason, until)


class BlockDialog(dialogs.Dialog):
    """Blocking a patron: a comment must be there, an end may be. Enter in the last field does it."""

    confirmed = Signal(str, object)
    """The comment, and the last day or None."""

    def __init__(self, parent: QWidget, name: str, today: dt.date) -> None:
        super().__init__(parent, "Block patron", dialogs.NARROW, "block_dialog")
        self._today = today
        self.question(f"Block {text.isolated(name)} at this library?")
        self.body.addWidget(
            text.Sentence("A blocked patron cannot borrow, renew, reserve or sign in. Open loans and debts stay as they are.")
        )
        self._comment = forms.Field("Comment", forms.line("Has not answered three letters"), "block_comment")
        self._until = forms.Field(
            "Until, if there is an end", forms.line(DAY_EXAMPLE), "block_until", hint="Empty: until somebody unblocks."
        )
        self.body.addWidget(self._comment)
        self.body.addWidget(self._until)
        self.add_decision(buttons.button("Cancel", name="block_cancel")).clicked.connect(self.reject)
        self.add_decision(buttons.button("Block", "main", name="block_accept")).clicked.connect(self._on_accept)
        last = self._until.control
        assert isinstance(last, QLineEdit)
        last.returnPressed.connect(self._on_accept)
        self._comment.control.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_accept(self) -> None:
        comment, wrong, until = _typed(self._comment), "", None
        try:
            until = read_day(_typed(self._until), self._today)
            if until is not None and until < self._today:
                wrong = f"That day has passed. Choose {messages.short_day(self._today)} or a later one."
        except ValueError as fault:
            wrong = str(fault)
        self._until.show_error(wrong, take_focus=bool(comment))
        self._comment.show_error("" if comment else "Say why this patron is blocked.")
        if comment and not wrong:
            self.accept()
            self.confirmed.emit(comment, until)


class UnblockDialog(dialogs.Dialog):
    """Lifting a block: a comment must be there. Enter does it."""

    confirmed = Signal(str)
    """The comment."""

    def __init__(self, parent: QWidget, name: str, block: str, debt: str) -> None:
        super().__init__(parent, "Unblock patron", dialogs.NARROW, "unblock_dialog")
        self.question(f"Unblock {text.isolated(name)}?")
        self.body.addWidget(text.Sentence(f"“{block}”"))
        if debt:
            self.body.addWidget(text.Sentence(f"The debt block stays. {debt}", tone="text2"))
        self._comment = forms.Field("Comment", forms.line("Has answered"), "unblock_comment")
        self.body.addWidget(self._comment)
        self.add_decision(buttons.button("Cancel", name="unblock_cancel")).clicked.connect(self.reject)
        self.add_decision(buttons.button("Unblock", "main", name="unblock_accept")).clicked.connect(self._on_accept)
        line = self._comment.control
        assert isinstance(line, QLineEdit)
        line.returnPressed.connect(self._on_accept)
        line.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_accept(self) -> None:
        comment = _typed(self._comment)
        self._comment.show_error("" if comment else "Say why the block is lifted.")
        if comment:
            self.accept()
            self.confirmed.emit(comment)
