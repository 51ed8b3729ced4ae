"""The rules of lending as a card: a table by patron type, and a form for one rule."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from patrondesk import messages, money
from patrondesk.records.lending import LendingRule
from patrondesk.services import lending_rules, patron_listing, policy
from patrondesk.services.office import Office
from patrondesk.ui.screens.settings.rule_dialog import RuleDialog, whom
from patrondesk.ui.shell import banner, buttons, cards, fitting, fonts, tables, text, theme
from patrondesk.ui.shell.changes import Changes
from patrondesk.ui.shell.columns import RIGHT, Column, RecordModel
from patrondesk.ui.shell.offers import offer
from patrondesk.ui.shell.runner import Runner

_MOST_ROWS = 6
_KEY = "settings_lending"


@dataclass(frozen=True, slots=True)
class _Read:
    rules: tuple[LendingRule, ...]
    types: tuple[str, ...]
    currency: str


class LendingRules(cards.Card):
    """Each change is in force at once. Call `read()` when the page is shown."""

    failed = Signal(object)

    def __init__(self, office: Office, runner: Runner, changes: Changes, may_not: str, parent: QWidget | None = None) -> None:
        super().__init__("Lending rules", parent=parent)
        self.setObjectName("settings_lending_rules")
        self._office, self._runner, self._changes, self._may_not = office, runner, changes, may_not
        self._now = _Read((), (), "USD")
        said = "How long, how much and how often each patron type borrows. Who has no rule of their own follows “Everybody else”."
        self.inside.addWidget(text.Sentence(said, fonts.LABEL, "text2"))
        self.table = tables.Table("Lending rules", "lending_rules_table")
        columns: list[Column[LendingRule]] = [
            Column("Patron type", whom, 0, link=not may_not, weight=fonts.MEDIUM),
            Column("Days", lambda r: f"{r.loan_days:,}", 64, align=RIGHT),
            Column("At once", lambda r: _limit(r.loan_limit), 84, align=RIGHT),
            Column("Renewals", lambda r: _limit(r.renewal_limit), 92, align=RIGHT),
            Column("Late fine", self._fine, 250, second=_grace, tip=self._fine),
        ]
        self.rows: RecordModel[LendingRule] = RecordModel(columns, self.table)
        self.table.setModel(self.rows)
        fitting.fit(self.table, columns, least={0: 130})
        self._none = text.Sentence("", fonts.TEXT, "text")
        self.inside.addWidget(self.table)
        self.inside.addWidget(self._none)
        self.add = buttons.button("Add a rule...", icon="add", name="lending_rule_add")
        self.change = buttons.button("Change...", icon="edit", name="lending_rule_change")
        self.remove = buttons.button("Remove", icon="trash", name="lending_rule_remove")
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.add, self.change, self.remove):
            row.addWidget(button)
        row.addStretch(1)
        self.inside.addLayout(row)
        self.add.clicked.connect(lambda: self._open(None))
        self.change.clicked.connect(lambda: self._open(self._chosen))
        self.remove.clicked.connect(self._on_remove)
        self.table.entered_cell.connect(self._on_entered)
        self.table.selectionModel().currentChanged.connect(lambda *_: self._offer())
        theme.look().changed.connect(self._measure)
        self._show(self._now)

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """Its controls, in the order of Tab."""
        return (self.table, self.add, self.change, self.remove)

    def read(self) -> None:
        """Reads the rules again."""
        office = self._office

        def read() -> _Read:
            rules = tuple(lending_rules.list_rules(office))
            return _Read(rules, patron_listing.read_vocabulary(office).patron_types, policy.current_policy(office).currency)

        self._runner.ask(_KEY, read, self._show, self.failed.emit)

    @property
    def _chosen(self) -> LendingRule | None:
        index = self.table.currentIndex()
        return self.rows.record(index.row()) if index.isValid() else None

    def _show(self, read: _Read) -> None:
        here = self._chosen
        self._now = read
        self.rows.show_records(read.rules)
        place = next((n for n, rule in enumerate(read.rules) if here is not None and rule.patron_type == here.patron_type), None)
        if place is not None:
            self.table.setCurrentIndex(self.rows.index(place, 0))
        self.table.setVisible(bool(read.rules))
        self._measure()
        without = messages.count(lending_rules.WITHOUT_RULES.loan_days, "day")
        everybody = any(rule.patron_type is None for rule in read.rules)
        who = "Everybody else" if read.rules else "Everybody"
        self._none.say("" if everybody else f"{who} borrows for {without}, without limits or late fines.")
        self._none.setVisible(not everybody)
        self._offer()

    def _measure(self) -> None:
        """As high as its rows, in the text size and density in force."""
        shown = min(len(self._now.rules), _MOST_ROWS)
        self.table.setFixedHeight(theme.row_height(self.table.compact) * shown + theme.head_height() + 2)

    def _offer(self) -> None:
        none = "" if self._chosen is not None else "Choose a rule of the table first."
        taken = {rule.patron_type for rule in self._now.rules}
        full = "" if {None, *self._now.types} - taken else "Every patron type has its rule."
        offer(self.add, self._may_not or full)
        offer(self.change, self._may_not or none)
        offer(self.remove, self._may_not or none)

    def _fine(self, rule: LendingRule) -> str:
        if not rule.late_fine_per_day:
            return "none"
        most = "" if rule.late_fine_most is None else f", {money.words(rule.late_fine_most, self._now.currency)} at most"
        return f"{money.words(rule.late_fine_per_day, self._now.currency)} a day{most}"

    @Slot(QModelIndex)
    def _on_entered(self, index: QModelIndex) -> None:
        if not self._may_not:
            self._open(self.rows.record(index.row()))

    def _open(self, rule: LendingRule | None) -> None:
        taken = {rule.patron_type for rule in self._now.rules}
        free = [kind for kind in (None, *self._now.types) if kind not in taken]
        dialog = RuleDialog(self, self._office, self._runner, self._now.currency, rule, free)
        dialog.written.connect(self._on_written)
        dialog.open()

    @Slot()
    def _on_remove(self) -> None:
        rule = self._chosen
        if rule is None:
            return
        office, kind = self._office, rule.patron_type
        self._runner.do(lambda: lending_rules.remove_rule(office, kind), lambda _: self._on_written(), self.failed.emit)

    @Slot()
    def _on_written(self) -> None:
        banner.announce(self, "Lending rules. Saved.")
        self._changes.tell("settings", initiator=self)
        self.read()


def _limit(number: int | None) -> str:
    return "no limit" if number is None else f"{number:,}"


def _grace(rule: LendingRule) -> str:
    return f"after {messages.count(rule.grace_days, 'day')} of grace" if rule.late_fine_per_day and rule.grace_days else ""
