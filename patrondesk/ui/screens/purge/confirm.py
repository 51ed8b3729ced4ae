"""The question before a purge: what goes, what is kept, who, until when it can be undone, and the number to type."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from patrondesk import messages
from patrondesk.records.purging import Plan, PlannedPatron
from patrondesk.ui.screens.purge import words
from patrondesk.ui.screens.purge.people import Pictures, people, who
from patrondesk.ui.shell import buttons, dialogs, fonts, text, widths
from patrondesk.ui.shell.columns import Column


class ConfirmDialog(dialogs.Dialog):
    """`accepted` means: purge this plan. Nothing here purges by a stray key."""

    def __init__(
        self, parent: QWidget, plan: Plan, *, currency: str, typed_above: int, elsewhere: str = "",
        pictures: Pictures | None = None, backup: bool = True,
    ) -> None:  # fmt: skip
        super().__init__(parent, "Confirm purge", dialogs.WIDEST, "purge_confirm_dialog")
        self.plan = plan
        number = len(plan.eligible)
        self._number = number
        self.typed = number > typed_above
        people_words = messages.count(number, "patron")
        self.question(f"Purge {people_words}?")
        self.sentence = text.Sentence(words.confirm(plan))
        self.sentence.setObjectName("confirm_text")
        self.body.addWidget(self.sentence)
        self.count = QLineEdit()
        self.cancel = buttons.button("Cancel", name="confirm_cancel")
        self.accept_button = buttons.button(f"Purge {people_words}", "danger", "trash", "confirm_accept")
        self._build(currency, elsewhere, pictures or {})
        if backup:
            self.add_foot_note("A backup is made first.", "backup", "ok")
        self.add_decision(self.cancel).clicked.connect(self.reject)
        self.add_decision(self.accept_button).clicked.connect(self.accept)
        self.setAccessibleDescription(self.sentence.text())
        self._arm()
        if self.typed:
            self.count.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)

    def _build(self, currency: str, elsewhere: str, pictures: Pictures) -> None:
        left = QVBoxLayout()
        left.setSpacing(10)
        left.addWidget(_list("What goes", "trash", "danger", words.what_goes(self.plan, currency)))
        left.addWidget(_list("What is kept", "archive", "ok", words.what_is_kept(self.plan)))
        if self.plan.held:
            left.addLayout(_note(self._held(), "look", "warn"))
        if elsewhere:
            left.addLayout(_note(elsewhere, "info", "text2"))
        left.addStretch(1)
        self._type_card = self._made_type_card()
        left.addWidget(self._type_card)
        if not self.typed:
            self._type_card.hide()
        columns: list[Column[PlannedPatron]] = [
            who("Who", second=_card_number),
            Column(
                "Class", lambda one: one.year_level or one.homeroom or "", 96,
                second=lambda one: (one.homeroom or "") if one.year_level else "",
            ),
        ]  # fmt: skip
        card, self.table = people("Who is purged", columns, self.plan.eligible, pictures, "confirm_people", 42, {1: 78})
        card.setMinimumHeight(318)
        both = QHBoxLayout()
        both.setSpacing(16)
        both.addLayout(left, 6)
        both.addWidget(card, 5)
        self.body.addLayout(both, 1)

    def _held(self) -> str:
        held = self.plan.held
        one = held[0]
        if len(held) == 1:
            return f"{one.name} is not purged: {messages.listed([r.text for r in words.holding(one.reasons)])}."
        whose = "patrons of the plan" if self.plan.source == "plan" else "tagged patrons"
        return f"{len(held):,} of the {whose} are not purged, because something is in their way by now."

    def _made_type_card(self) -> QFrame:
        card = QFrame()
        card.setProperty("card", "surface")
        row = QHBoxLayout(card)
        row.setContentsMargins(14, 10, 14, 10)
        row.setSpacing(12)
        asked = text.label(f"Type {self._number} to confirm", fonts.TEXT, fonts.SEMIBOLD)
        asked.setBuddy(self.count)
        self.count.setObjectName("confirm_count")
        self.count.setAccessibleName(asked.text())
        widths.wide(self.count, 72)
        self.count.setMaxLength(9)
        self.count.setValidator(QRegularExpressionValidator(r"\d*", self.count))
        self.count.textChanged.connect(self._arm)
        self.count.returnPressed.connect(self._on_enter)
        row.addWidget(asked)
        row.addWidget(self.count)
        row.addStretch(1)
        return card

    @property
    def armed(self) -> bool:
        """Whether the purge can be confirmed now."""
        return self._number > 0 and (not self.typed or self.count.text().strip() == str(self._number))

    def _arm(self) -> None:
        self.accept_button.setEnabled(self.armed)
        why = "" if self.armed else f"Type {self._number} to confirm" if self._number else "Nobody can go"
        self.accept_button.setToolTip(why)
        self.accept_button.setAccessibleDescription(why)

    def _on_enter(self) -> None:
        if self.armed:
            self.accept()


def _card_number(one: PlannedPatron) -> str:
    return one.barcode or one.username or ""


def _list(title: str, icon: str, tone: str, lines: list[str]) -> QFrame:
    card = QFrame()
    card.setProperty("card", "raised")
    card.setAccessibleName(title)
    inside = QVBoxLayout(card)
    inside.setContentsMargins(14, 9, 14, 13)
    inside.setSpacing(3)
    head = QHBoxLayout()
    head.setSpacing(8)
    head.addWidget(text.IconLabel(icon, 18, tone))
    head.addWidget(text.label(title, fonts.TEXT, fonts.SEMIBOLD))
    head.addStretch(1)
    inside.addLayout(head)
    for line in lines:
        row = QHBoxLayout()
        row.setSpacing(9)
        row.addWidget(text.label("–", fonts.LABEL, fonts.REGULAR, "text2"), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(text.Sentence(line, fonts.LABEL, "text2"), 1)
        inside.addLayout(row)
    return card


def _note(said: str, icon: str, tone: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(text.IconLabel(icon, 16, tone))
    row.addWidget(text.Sentence(said, fonts.LABEL, "text2"), 1)
    return row
