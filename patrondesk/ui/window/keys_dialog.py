"""F1: what the page on show is for, and its keys, read from the one list of commands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeySequence, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

from patrondesk.ui.shell import buttons, cards, commands, dialogs, fonts, paint, tables, text
from patrondesk.ui.shell.columns import RECORD_ROLE, Column, Index
from patrondesk.ui.shell.commands import Command
from patrondesk.ui.shell.paint import ChipText
from patrondesk.ui.shell.places import PLACES, THERE
from patrondesk.ui.shell.purposes import EVERYWHERE, Purpose

_HERE, _ANYWHERE = "On this page", "Everywhere"
_ROW, _TALL = 34, 330


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A line of the list: the keys, what they do, where they are in force."""

    keys: tuple[str, ...]
    says: str
    where: str


def lines(place: Purpose, offered: Iterable[str], everywhere: Sequence[Command], places: bool) -> list[KeyLine]:
    """The keys of a page that offers these commands, and those in force everywhere. `places`: somebody is at the desk."""
    own = {command.word for command in commands.ON_PAGES} & set(offered)
    found = [KeyLine(_split(habit.keys), habit.says, _HERE) for habit in place.habits]
    found += [KeyLine(_native(each), each.told, _HERE) for each in commands.ON_PAGES if each.word in own and each.keys]
    if places:
        there = [known for known in PLACES if known.word in THERE]
        found += [KeyLine((commands.place_keys(n),), known.title, _ANYWHERE) for n, known in enumerate(there, start=1)]
    found += [KeyLine(_native(each), each.told, _ANYWHERE) for each in everywhere if each.keys]
    return found + [KeyLine(_split(habit.keys), habit.says, _ANYWHERE) for habit in EVERYWHERE]


def _native(command: Command) -> tuple[str, ...]:
    """A command's keys as this system writes them, each once: both Enter keys are one."""
    keys = dict.fromkeys(key.replace("Return", "Enter") for key in command.keys)
    return tuple(QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in keys)


def _split(keys: str) -> tuple[str, ...]:
    return tuple(keys.split(", "))


_COLUMNS: tuple[Column[KeyLine], ...] = (
    Column("Key", lambda line: " or ".join(line.keys), 204),
    Column("What it does", lambda line: line.says, tip=lambda line: line.says),
    Column("Where", lambda line: line.where, 108, tone="text2"),
)


class _Delegate(tables.RowDelegate):
    """Draws keys as one knows them from the keyboard."""

    def paint_cell(self, painter: QPainter, rect: QRectF, option: QStyleOptionViewItem, index: Index) -> QRectF | None:
        line = index.data(RECORD_ROLE)
        if index.column() != 0 or not isinstance(line, KeyLine):
            return super().paint_cell(painter, rect, option, index)
        left = rect.left()
        for key in line.keys:
            left += paint.chip(painter, left, rect.center().y(), ChipText("grey", key)) + 6
        return None


class KeysDialog(dialogs.Dialog):
    """One list, gone through with the arrow keys; Escape closes it."""

    def __init__(self, parent: QWidget, place: Purpose, found: Sequence[KeyLine]) -> None:
        super().__init__(parent, "Keys and what this page is for", dialogs.WIDEST, "keys_dialog")
        self.question(place.title)
        for sentence in place.sentences:
            self.body.addWidget(text.Sentence(sentence, fonts.TEXT))
        self.table, model = tables.table("Keys, and what they do", _COLUMNS, "keys_table")
        self.table.setItemDelegate(_Delegate(self.table))
        self.table.set_row_height(_ROW)
        self.table.setMinimumHeight(_TALL)
        model.show_records(found)
        card = cards.Card()
        card.inside.setContentsMargins(1, 1, 1, 1)
        card.inside.addWidget(self.table)
        self.body.addWidget(card)
        close = self.add_decision(buttons.button("Close", "main", name="keys_close"))
        close.clicked.connect(self.reject)
        self.table.setCurrentIndex(model.index(0, 1))
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)


def opened(
    parent: QWidget, place: Purpose, offered: Iterable[str], everywhere: Sequence[Command], places: bool
) -> KeysDialog:  # fmt: skip
    """Opens it over a window. `offered`: the commands of the page on show."""
    dialog = KeysDialog(parent, place, lines(place, offered, everywhere, places))
    dialog.open()
    return dialog
