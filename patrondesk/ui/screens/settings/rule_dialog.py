"""The form for one rule of lending; at its foot the whole rule in words, as it will be."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QWidget

from patrondesk import messages, money
from patrondesk.records.lending import LendingRule
from patrondesk.services import lending_rules
from patrondesk.services.office import Office
from patrondesk.ui.shell import banner, buttons, dialogs, errors, fonts, forms, text
from patrondesk.ui.shell.runner import Runner

_FIELDS = (
    ("loan_days", "Days of a loan", "days", ""), ("loan_limit", "Items at once", "items", "no limit"),
    ("renewal_limit", "Renewals of one loan", "times", "no limit"), ("grace_days", "Late without a fine", "days", "0"),
    ("late_fine_per_day", "Late fine a day", "", "0.00"), ("late_fine_most", "At most for one loan", "", "no limit"),
)  # fmt: skip
_MONEY = ("late_fine_per_day", "late_fine_most")
_MAY_BE_EMPTY = ("loan_limit", "renewal_limit", "late_fine_most")


def whom(rule: LendingRule) -> str:
    """Student, or Everybody else."""
    return named(rule.patron_type)


def named(kind: str | None) -> str:
    """A patron type at the beginning of a cell."""
    return f"{kind[:1].upper()}{kind[1:]}" if kind else "Everybody else"


def in_words(rule: LendingRule, currency: str) -> str:
    """Student: 14 days, 5 items at once, 2 renewals. Late: $0.20 a day after 2 days of grace, $5.00 at most."""
    days = messages.count(rule.loan_days, "day")
    items = "no limit of items" if rule.loan_limit is None else f"{messages.count(rule.loan_limit, 'item')} at once"
    renewals = "any number of renewals" if rule.renewal_limit is None else messages.count(rule.renewal_limit, "renewal")
    said = f"{whom(rule)}: {days}, {items}, {renewals}."
    if not rule.late_fine_per_day:
        return f"{said} Late: no fine."
    grace = f" after {messages.count(rule.grace_days, 'day')} of grace" if rule.grace_days else ""
    most = "" if rule.late_fine_most is None else f", {money.words(rule.late_fine_most, currency)} at most"
    return f"{said} Late: {money.words(rule.late_fine_per_day, currency)} a day{grace}{most}."


class RuleDialog(dialogs.Dialog):
    """For a new rule the patron type is chosen among `free`; a present one keeps its own."""

    written = Signal()

    def __init__(
        self, parent: QWidget, office: Office, runner: Runner, currency: str, present: LendingRule | None,
        free: Sequence[str | None],
    ) -> None:  # fmt: skip
        super().__init__(parent, "A lending rule", dialogs.MIDDLE, "lending_rule_dialog")
        self._office, self._runner, self._currency, self._present = office, runner, currency, present
        self._busy = self._gone = False
        self._notice: banner.Banner | None = None
        self._kind = QComboBox()
        for kind in [present.patron_type] if present is not None else free:
            self._kind.addItem(named(kind), kind)
        self._kind.setEnabled(present is None)
        self.body.addWidget(forms.Field("Patron type", self._kind, "lending_rule_type"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(10)
        self._fields: dict[str, forms.Field] = {}
        start = present or lending_rules.WITHOUT_RULES
        for place, (word, label, unit, hint) in enumerate(_FIELDS):
            control = forms.line(hint)
            control.setText(self._shown(word, getattr(start, word)))
            control.textChanged.connect(self._on_typed)
            self._fields[word] = forms.Field(label, control, f"lending_rule_{word}", unit=unit or currency)
            grid.addWidget(self._fields[word], place // 2, place % 2, Qt.AlignmentFlag.AlignTop)
        for column in (0, 1):
            grid.setColumnStretch(column, 1)
        self.body.addLayout(grid)
        self._words = text.Sentence("", fonts.TEXT, "text2")
        self.body.addWidget(self._words)
        self.add_decision(buttons.button("Cancel", name="lending_rule_cancel")).clicked.connect(self.reject)
        self._accept = self.add_decision(buttons.button("Save the rule", "main", name="lending_rule_accept"))
        self._accept.clicked.connect(self._on_accept)
        self._kind.currentIndexChanged.connect(self._on_typed)
        self.finished.connect(self._on_end)
        self._on_typed()
        first = self._fields["loan_days"].control
        first.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(first, QLineEdit):
            first.selectAll()

    def reject(self) -> None:
        """Closes; not while the rule is being written."""
        if not self._busy:
            super().reject()

    def _shown(self, word: str, value: int | None) -> str:
        if value is None:
            return ""
        return money.decimal_text(value, self._currency) if word in _MONEY else str(value)

    def _typed(self) -> tuple[LendingRule | None, dict[str, str]]:
        """The rule as it stands there, or None; and what is wrong by field."""
        values: dict[str, int | None] = {}
        wrong: dict[str, str] = {}
        for word, field in self._fields.items():
            said = forms.typed(field).strip()
            try:
                if not said:
                    values[word] = None if word in _MAY_BE_EMPTY else {"loan_days": -1}.get(word, 0)
                else:
                    values[word] = money.parse(said, self._currency) if word in _MONEY else int(said)
            except ValueError:
                wrong[word] = "Write it as 0.20." if word in _MONEY else "Write a whole number."
                continue
            value = values[word]
            if value is not None and value < (1 if word == "loan_days" else 0):
                wrong[word] = "A loan lasts a day at least." if word == "loan_days" else "It cannot be less than 0."
        if wrong:
            return None, wrong
        kind = self._kind.currentData()
        return LendingRule(
            str(kind) if kind is not None else None, values["loan_days"] or 1, values["loan_limit"], values["renewal_limit"],
            values["grace_days"] or 0, values["late_fine_per_day"] or 0, values["late_fine_most"],
        ), {}  # fmt: skip

    @Slot()
    def _on_typed(self) -> None:
        rule, _ = self._typed()
        self._words.say(in_words(rule, self._currency) if rule is not None else "Something in it does not fit yet.")

    @Slot()
    def _on_accept(self) -> None:
        rule, wrong = self._typed()
        first = next((word for word in self._fields if word in wrong), None)
        for word, field in self._fields.items():
            field.show_error(wrong.get(word, ""), take_focus=word == first)
        if rule is None or self._busy:
            return
        self._set_busy(True)
        office = self._office

        def on_done(_rule: LendingRule) -> None:
            if not self._gone:
                self._set_busy(False)
                self.accept()
                self.written.emit()

        self._runner.do(lambda: lending_rules.set_rule(office, rule), on_done, self._on_fault)

    def _on_fault(self, fault: Exception) -> None:
        if self._gone:
            return
        self._set_busy(False)
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
