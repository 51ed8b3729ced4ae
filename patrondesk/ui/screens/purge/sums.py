"""Preview and result share one layout: a sum on top, then those who stay with their reasons, then those who go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from patrondesk import messages
from patrondesk.records.ids import PatronId
from patrondesk.records.verdict import Reason
from patrondesk.ui.screens.purge import standing, words
from patrondesk.ui.screens.purge.people import Pictures, people, who
from patrondesk.ui.shell import dialogs, fonts, text
from patrondesk.ui.shell.columns import RECORD_ROLE, RIGHT, Column

_ROW, _HEAD = 44, 36


class Stayed(Protocol):
    """Somebody who stays, with every reason."""

    @property
    def id(self) -> PatronId: ...

    @property
    def name(self) -> str: ...

    @property
    def barcode(self) -> str | None: ...

    @property
    def username(self) -> str | None: ...

    @property
    def reasons(self) -> tuple[Reason, ...]: ...


class SumDialog(dialogs.Dialog):
    """The base of both. A link in the list of those who stay closes the dialog and asks for the patron or the loans."""

    patron_chosen = Signal(object)
    loans_chosen = Signal(object)

    def show_sum(self, numbers: Sequence[tuple[int, str, str]]) -> None:
        """A sum: the whole first, then its parts, each with a word and a tone. The numbers must add up."""
        assert numbers[0][0] == sum(number for number, _, _ in numbers[1:]), "the numbers on show do not add up"
        row = QHBoxLayout()
        row.setSpacing(0)
        for place, (number, said, tone) in enumerate(numbers):
            if place:
                row.addSpacing(17)
                row.addWidget(text.label("=" if place == 1 else "+", fonts.QUESTION, fonts.MEDIUM), 0, Qt.AlignmentFlag.AlignTop)
                row.addSpacing(17)
            part = QVBoxLayout()
            part.setSpacing(0)
            part.addWidget(text.label(f"{number:,}", 22, fonts.SEMIBOLD, tone if number else "text"))
            part.addWidget(text.label(said, fonts.LABEL, fonts.REGULAR, "text2"))
            row.addLayout(part)
        row.addStretch(1)
        held = QWidget()
        held.setLayout(row)
        row.setContentsMargins(0, 0, 0, 0)
        held.setObjectName("sum")
        parts = messages.listed([f"{number:,} {said}" for number, said, _ in numbers[1:]])
        held.setAccessibleName(f"{numbers[0][0]:,} {numbers[0][1]}: {parts}")
        self.body.addWidget(held)

    def show_stayed(self, title: str, stayed: Sequence[Any], pictures: Pictures) -> None:
        """Those who stay: why, and what lifts it."""
        columns: list[Column[Any]] = [
            who(title, link=True, second=lambda one: one.barcode or one.username or ""),
            Column("Why", _why, 254, second=_changed, spoken=_spoken, tip=_spoken, link=True),
            Column("What lifts it", _lifts, 220, tone="text2", tip=_lifts),
        ]
        card, view = people(title, columns, stayed, pictures, "sum_stayed", _ROW, {1: 200, 2: 150})
        card.setFixedHeight(min(len(stayed), 3) * _ROW + _HEAD + 6)
        view.entered_cell.connect(self._on_entered)
        self.body.addWidget(card)

    def show_gone(self, title: str, gone: Sequence[Any], loans: str, number: Callable[[Any], int], pictures: Pictures) -> None:
        """Those who go or went, with a number of past loans each."""
        columns: list[Column[Any]] = [
            who(title, second=lambda one: one.barcode or one.username or ""),
            Column("Class", lambda one: words.school_class(one.year_level, one.homeroom), 160, tone="text2"),
            Column(loans, lambda one: f"{number(one):,}", 152, align=RIGHT),
        ]
        card, _ = people(title, columns, gone, pictures, "sum_gone", 42, {1: 110})
        card.setMinimumHeight(_HEAD + 6 + 42 * min(4, max(2, len(gone))))
        self.body.addWidget(card, 1)

    def _on_entered(self, index: QModelIndex) -> None:
        one = index.data(RECORD_ROLE)
        if index.column() == 1 and _on_loan(one):
            self.loans_chosen.emit(one.id)
        elif index.column() in (0, 1):
            self.patron_chosen.emit(one.id)
        else:
            return
        self.close()


def _texts(one: Stayed) -> list[str]:
    return [reason.text for reason in words.holding(one.reasons)]


def _spoken(one: Stayed) -> str:
    return messages.listed(_texts(one))


def _on_loan(one: Stayed) -> int:
    return next((reason.count for reason in words.holding(one.reasons) if reason.code == "OPEN_LOANS"), 0)


def _why(one: Stayed) -> str:
    held, loans = _texts(one), _on_loan(one)
    if loans and len(held) == 1:
        return messages.items_on_loan(loans)
    return ", ".join(held)


def _changed(one: Any) -> str:
    return "changed since it was tagged" if getattr(one, "changed_since_preview", False) else ""


def _lifts(one: Stayed) -> str:
    return " ".join(dict.fromkeys(standing.what_lifts(reason) for reason in words.holding(one.reasons)))
