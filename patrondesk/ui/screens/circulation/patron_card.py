"""The patron at the desk: who it is, every reason against lending and what lifts it, loans, money, and what waits for them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QScrollArea, QVBoxLayout, QWidget

from patrondesk.ui.screens.circulation import words
from patrondesk.ui.screens.circulation.reading import Visit
from patrondesk.ui.shell import buttons, cards, empty, fonts, text
from patrondesk.ui.shell.chips import Chip
from patrondesk.ui.shell.offers import offer
from patrondesk.ui.shell.portraits import Portrait
from patrondesk.ui.shell.settling import payable, waivable

WIDTH = 344


class PatronCard(QFrame):
    """Call `show_visit`; without anybody it says what can be done."""

    payment_asked = Signal()
    waive_asked = Signal()
    pay_back_asked = Signal()
    fines_asked = Signal()
    cancelling_asked = Signal()
    details_asked = Signal()
    leave_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", "surface")
        self.setObjectName("desk_patron")
        self._nobody = empty.Empty("Nobody is at the desk", sign="patron", token="text2")
        self._portrait = Portrait(0, "", 64)
        self._name = text.Sentence("", fonts.SECTION, "text", fonts.SEMIBOLD)
        self._class = text.Sentence("", fonts.TEXT, "text2")
        self._keys = text.Sentence("", fonts.LABEL, "text2")
        self._chips = QVBoxLayout()
        self._chips.setSpacing(6)
        self._reasons = QVBoxLayout()
        self._reasons.setSpacing(10)
        self._facts = QVBoxLayout()
        self._facts.setSpacing(6)
        self._make_buttons()
        inside = QWidget()
        inside.setProperty("ground", "surface")
        inside.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(inside)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(12)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._portrait, 0, Qt.AlignmentFlag.AlignTop)
        who = QVBoxLayout()
        who.setSpacing(2)
        for line in (self._name, self._class, self._keys):
            who.addWidget(line)
        who.addStretch(1)
        head.addLayout(who, 1)
        column.addLayout(head)
        column.addLayout(self._chips)
        column.addLayout(self._reasons)
        column.addWidget(cards.rule())
        column.addLayout(self._facts)
        column.addWidget(self._ways)
        column.addStretch(1)
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(1, 1, 1, 1)
        whole.setSpacing(0)
        whole.addWidget(self._nobody, 1)
        whole.addWidget(self._area, 1)
        self._foot = QWidget()
        foot = QHBoxLayout(self._foot)
        foot.setContentsMargins(12, 8, 12, 8)
        foot.setSpacing(8)
        foot.addWidget(self.details)
        foot.addStretch(1)
        foot.addWidget(self.leave)
        self._rule = cards.rule()
        whole.addWidget(self._rule)
        whole.addWidget(self._foot)
        self.show_nobody()

    def _make_buttons(self) -> None:
        self.pay = buttons.button("Payment...", icon="money", name="desk_pay", spoken="Payment, F9", tip="Record a payment (F9)")
        self.waive = buttons.button("Waive...", icon="waive", name="desk_waive")
        self.pay_back = buttons.button("Pay back...", icon="credit", name="desk_pay_back")
        self.fines = buttons.button("Fines...", icon="list", name="desk_fines")
        self.cancel = buttons.button("Cancel reservations...", icon="reserved", name="desk_cancel_reservations")
        self.details = buttons.button("Details", "quiet", "details", "desk_details")
        self.leave = buttons.button("End the visit", "quiet", "sign_out", "desk_leave", "End the visit, Escape")
        self.leave.setToolTip("Escape, or an empty Enter")
        self._ways = QWidget()
        column = QVBoxLayout(self._ways)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for button in (self.pay, self.waive, self.pay_back, self.fines, self.cancel):
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        for button, signal in (
            (self.pay, self.payment_asked), (self.waive, self.waive_asked), (self.pay_back, self.pay_back_asked),
            (self.fines, self.fines_asked),
            (self.cancel, self.cancelling_asked), (self.details, self.details_asked), (self.leave, self.leave_asked),
        ):  # fmt: skip
            button.clicked.connect(signal)

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """Its buttons in the order of Tab."""
        return (self.pay, self.waive, self.pay_back, self.fines, self.cancel, self.details, self.leave)

    def show_nobody(self) -> None:
        """Nobody is at the desk."""
        self._portrait.show_person(0, "")
        for widget in (self._area, self._foot, self._rule):
            widget.hide()
        self._nobody.show()
        self.setAccessibleName("Nobody is at the desk")

    def show_visit(self, visit: Visit, may_not_waive: str) -> None:
        """Shows the patron at the desk. `may_not_waive`: why the signed-in person may not waive, empty where they may."""
        patron = visit.patron
        self._nobody.hide()
        self._portrait.show_person(patron.id, patron.name, visit.portrait)
        self._name.say(text.isolated(patron.name))
        self._class.say(words.school_class(visit))
        self._class.setVisible(bool(words.school_class(visit)))
        self._keys.say(words.keys(visit))
        said = words.chips(visit)
        _empty(self._chips)
        for pair in (said[:2], said[2:4], said[4:]):
            if pair:
                row = QHBoxLayout()
                row.setSpacing(6)
                for chip in pair:
                    row.addWidget(Chip(chip))
                row.addStretch(1)
                self._chips.addLayout(row)
        _empty(self._reasons)
        for why in visit.hindrances:
            self._reasons.addWidget(_Reason(why.text, why.next_step))
        _empty(self._facts)
        facts = [words.on_loan(visit), *filter(None, [words.owes(visit)]), *words.waits(visit)]
        for fact in facts:
            self._facts.addWidget(text.Sentence(fact))
        self._offer(visit, may_not_waive)
        for widget in (self._area, self._foot, self._rule):
            widget.show()
        self.setAccessibleName(patron.name)
        told = [words.school_class(visit), *(chip.text for chip in said), *(why.text for why in visit.hindrances), *facts]
        self.setAccessibleDescription(" ".join(part for part in told if part).replace("**", ""))

    def _offer(self, visit: Visit, may_not_waive: str) -> None:
        nothing = "" if any(payable(fine) for fine in visit.fines) else "Nothing is owed."
        none = "" if any(waivable(fine) for fine in visit.fines) else "Nothing can be waived."
        offer(self.pay, nothing, "Record a payment (F9)")
        offer(self.waive, may_not_waive or none)
        credit = visit.patron.balance < 0
        self.pay.setVisible(not credit or not nothing)
        self.waive.setVisible(not none)
        self.pay_back.setVisible(credit)
        self.fines.setVisible(bool(visit.fines))
        self.cancel.setVisible(bool(visit.reservations))


class _Reason(QWidget):
    """One reason against lending, and what lifts it."""

    def __init__(self, said: str, lifts: str) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(text.IconLabel("look", 16, "warn"), 0, Qt.AlignmentFlag.AlignTop)
        lines = QVBoxLayout()
        lines.setSpacing(1)
        lines.addWidget(text.Sentence(said, fonts.TEXT, "text", fonts.MEDIUM))
        lines.addWidget(text.Sentence(lifts, fonts.LABEL, "text2"))
        row.addLayout(lines, 1)


def _empty(layout: QLayout) -> None:
    while layout.count():
        item = layout.takeAt(0)
        if item is None:
            return
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            _empty(inner)
