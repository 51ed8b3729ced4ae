"""The dialog that asks which reservations of a patron to cancel. It asks; its caller does it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from patrondesk import messages
from patrondesk.records.ids import ReservationId
from patrondesk.records.loans import ReservationLine, ReservationsCancelled
from patrondesk.ui.shell import buttons, dialogs, fonts, paint, text
from patrondesk.ui.shell.cards import Card

_WIDEST_LINE = 240
_EFFECT = "A copy that is on hold for it is available again, unless somebody else waits for it too."


def button_words(number: int) -> str:
    """Cancel the reservation... or Cancel 3 reservations...: the button that asks."""
    return "Cancel the reservation..." if number == 1 else f"Cancel {messages.count(number, 'reservation')}..."


def cancelled_words(done: ReservationsCancelled) -> str:
    """What is said once it is done."""
    gone = done.reservations
    said = "The reservation is cancelled." if gone == 1 else f"{messages.count(gone, 'reservation')} are cancelled."
    if done.released:
        said += f" {messages.count(done.released, 'copy', 'copies')} {'is' if done.released == 1 else 'are'} available again."
    return said


class CancelReservationsDialog(dialogs.Dialog):
    """Names every open reservation; of several, those to cancel are ticked, at first all. Focus starts on leaving them."""

    chosen = Signal(object)
    """Carries a tuple of ReservationIds, never empty."""

    def __init__(self, parent: QWidget, name: str, reservations: Sequence[ReservationLine]) -> None:
        several = len(reservations) > 1
        super().__init__(
            parent, "Cancel reservations" if several else "Cancel a reservation", dialogs.NARROW, "cancel_reservations_dialog"
        )
        self._boxes: list[tuple[buttons.CheckBox, ReservationId]] = []
        self._only = () if several else tuple(line.id for line in reservations)
        self.question(f"Cancel {'reservations' if several else 'the reservation'} of {text.isolated(name)}?")
        card = Card("", "surface")
        for line in reservations:
            card.inside.addLayout(self._line(line, several))
        self.body.addWidget(card)
        self.body.addWidget(text.Sentence(_EFFECT, fonts.TEXT, "text2"))
        # Beside a button that cancels something, "Cancel" would say two things.
        leave = self.add_decision(buttons.button("Leave them" if several else "Leave it", name="cancel_reservations_leave"))
        leave.clicked.connect(self.reject)
        self._accept = self.add_decision(buttons.button("", "main", name="cancel_reservations_accept"))
        self._accept.clicked.connect(self._on_accept)
        self._show_number()
        leave.setFocus(Qt.FocusReason.OtherFocusReason)

    def _line(self, line: ReservationLine, several: bool) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        if several:
            box = buttons.CheckBox(paint.elided(line.title, fonts.font(), round(_WIDEST_LINE * fonts.scale() / 100)))
            box.setObjectName(f"cancel_reservation_{line.id}")
            box.setAccessibleName(", ".join(part for part in (line.title, _told(line)) if part))
            box.setToolTip(line.title)
            box.setChecked(True)
            box.toggled.connect(self._show_number)
            self._boxes.append((box, line.id))
            row.addWidget(box, 1)
        else:
            row.addWidget(text.IconLabel("reserved", 16, "text2"), 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(text.label(line.title, wrap=True), 1)
        row.addWidget(text.label(_told(line), fonts.LABEL, fonts.REGULAR, "text2"))
        return row

    @property
    def _chosen(self) -> tuple[ReservationId, ...]:
        return self._only or tuple(key for box, key in self._boxes if box.isChecked())

    @Slot()
    def _show_number(self) -> None:
        number = len(self._chosen)
        said = button_words(number).removesuffix("...") if number else "Cancel reservations"
        self._accept.setText(said)
        self._accept.setAccessibleName(said)
        self._accept.setEnabled(number > 0)
        self._accept.setToolTip("" if number else "Tick what is to be cancelled.")

    @Slot()
    def _on_accept(self) -> None:
        chosen = self._chosen
        self.accept()
        self.chosen.emit(chosen)


def _told(line: ReservationLine) -> str:
    return f"since {messages.short_day(line.requested_on)}" if line.requested_on else ""
