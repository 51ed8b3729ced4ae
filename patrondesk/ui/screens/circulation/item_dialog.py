"""The form for an item added or changed by hand. What is wrong is said beside its field, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QWidget

from patrondesk import money
from patrondesk.errors import DeskError
from patrondesk.records.lending import ItemLine
from patrondesk.services import items
from patrondesk.services.items import ItemFields
from patrondesk.services.office import Office
from patrondesk.ui.shell import banner, buttons, dialogs, errors, forms
from patrondesk.ui.shell.runner import Runner

_FIELDS = (
    ("barcode", "Barcode", "B0012345"), ("title", "Title", "The Wild Robot"), ("author", "Author", "Brown, Peter"),
    ("call_number", "Call number", "823 BRO"), ("collection", "Collection", "Fiction"), ("price", "Price", "12.50"),
)  # fmt: skip


class ItemDialog(dialogs.Dialog):
    """A barcode and a title are needed. With `present` it changes that item, and offers to withdraw it."""

    written = Signal(object, str)
    """The ItemLine, and what was done: added, changed, withdrawn, put back."""

    def __init__(
        self, parent: QWidget, office: Office, runner: Runner, currency: str, present: ItemLine | None = None, barcode: str = ""
    ) -> None:
        super().__init__(parent, "Change an item" if present else "Add an item", dialogs.MIDDLE, "item_dialog")
        self._office, self._runner, self._currency, self._present = office, runner, currency, present
        self._busy = self._gone = False
        self._notice: banner.Banner | None = None
        self._fields: dict[str, forms.Field] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(10)
        for column in (0, 1):
            grid.setColumnStretch(column, 1)
        for place, (word, label, example) in enumerate(_FIELDS):
            control = forms.line(example)
            if present is not None:
                control.setText(_shown(present, word, currency))
            elif word == "barcode":
                control.setText(barcode)
            field = forms.Field(label, control, f"item_{word}", unit=currency if word == "price" else "")
            self._fields[word] = field
            grid.addWidget(field, place // 2, place % 2, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(grid)
        if present is not None:
            back = present.status in ("withdrawn", "on_order", "in_process")
            side = self.add_side(buttons.button("Into the catalogue" if back else "Withdraw", name="item_withdraw"))
            side.clicked.connect(self._on_put_back if back else self._on_withdraw)
        self.add_decision(buttons.button("Cancel", name="item_cancel")).clicked.connect(self.reject)
        self._accept = self.add_decision(buttons.button("Save" if present else "Add the item", "main", name="item_accept"))
        self._accept.clicked.connect(self._on_accept)
        self.finished.connect(self._on_end)
        first = "title" if present is not None or barcode else "barcode"
        self._fields[first].control.setFocus(Qt.FocusReason.OtherFocusReason)

    def reject(self) -> None:
        """Closes; not while something is being written."""
        if not self._busy:
            super().reject()

    def _checked(self) -> ItemFields | None:
        """What was typed, or None after saying what is wrong; the first wrong field gets the focus."""
        typed = {word: forms.typed(field).strip() for word, field in self._fields.items()}
        wrong: dict[str, str] = {}
        for word in ("barcode", "title"):
            if not typed[word]:
                wrong[word] = f"An item needs a {word}."
        price = None
        if typed["price"]:
            try:
                price = money.parse(typed["price"], self._currency)
            except ValueError:
                wrong["price"] = "Write it as 12.50."
        first = next((word for word in self._fields if word in wrong), None)
        for word, field in self._fields.items():
            field.show_error(wrong.get(word, ""), take_focus=word == first)
        if wrong:
            return None
        rest = (typed["author"] or None, typed["call_number"] or None, typed["collection"] or None)
        return ItemFields(typed["barcode"], typed["title"], *rest, price)

    @Slot()
    def _on_accept(self) -> None:
        new = None if self._busy else self._checked()
        if new is None:
            return
        office, present = self._office, self._present
        if present is None:
            self._do(lambda: items.add_item(office, new), "added")
        else:
            key = present.id
            self._do(lambda: items.edit_item(office, key, new), "changed")

    @Slot()
    def _on_withdraw(self) -> None:
        office, present = self._office, self._present
        if present is not None and not self._busy:
            self._do(lambda: items.withdraw_item(office, present.id), "withdrawn")

    @Slot()
    def _on_put_back(self) -> None:
        office, present = self._office, self._present
        if present is not None and not self._busy:
            self._do(lambda: items.put_back_item(office, present.id), "put back")

    def _do(self, work: Callable[[], ItemLine], did: str) -> None:
        self._set_busy(True)

        def on_done(line: ItemLine) -> None:
            if not self._gone:
                self._set_busy(False)
                self.accept()
                self.written.emit(line, did)

        self._runner.do(work, on_done, self._on_fault)

    def _on_fault(self, fault: Exception) -> None:
        if self._gone:
            return
        self._set_busy(False)
        if isinstance(fault, DeskError) and fault.code == "TAKEN":
            self._fields["barcode"].show_error(f"{fault.text} {fault.next_step}")
            return
        if self._notice is not None:
            self._notice.hide()
            self._notice.deleteLater()
        self._notice = errors.as_banner(fault)
        self.body.insertWidget(0, self._notice)

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self._accept.setEnabled(not busy)

    @Slot()
    def _on_end(self) -> None:
        self._gone = True


def _shown(line: ItemLine, word: str, currency: str) -> str:
    if word == "price":
        return money.decimal_text(line.price, currency) if line.price is not None else ""
    return str(getattr(line, word) or "")
