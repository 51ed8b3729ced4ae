"""The question before an undo in which somebody else has an identifier by now: who, whose it is, and how each comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from patrondesk import messages
from patrondesk.records.ids import PatronId
from patrondesk.records.undoing import Resolution, UndoClash
from patrondesk.services.purging import undo_words
from patrondesk.services.purging.undo_words import NOUNS
from patrondesk.ui.shell import buttons, cards, dialogs, fonts, forms, portraits, text

_A_PAGE = 5
_FACE = 36


class ClashDialog(dialogs.Dialog):
    """A few people at a time. `decided` carries the Resolutions; who connects it checks them, and then accepts."""

    decided = Signal(object)

    def __init__(
        self, parent: QWidget, title: str, name: str, question: str, yes: str, clashes: Sequence[UndoClash],
        pictures: Mapping[PatronId, bytes],
    ) -> None:  # fmt: skip
        super().__init__(parent, title, dialogs.MIDDLE, name)
        own = [clash for clash in clashes if clash.of_patron]
        self._people = [tuple(theirs) for _, theirs in groupby(own, lambda clash: clash.patron_id)]
        self._pictures = pictures
        self._made: dict[int, _Person] = {}
        self._first = 0
        self.question(question)
        self.body.addWidget(text.Sentence(_explained(len(self._people)), fonts.TEXT, "text2"))
        self._list = QVBoxLayout()
        self._list.setSpacing(10)
        self.body.addLayout(self._list)
        self._build_pager()
        for kind, noun in (("loans", "past loan"), ("fines", "fine")):
            number = sum(clash.count for clash in clashes if clash.field == kind)
            if number:
                self.body.addWidget(text.Sentence(_numbers(number, noun), fonts.LABEL, "text2"))
        cancel = self.add_decision(buttons.button("Cancel", name="ask_cancel"))
        cancel.clicked.connect(self.reject)
        self._accept = self.add_decision(buttons.button(yes, "main", name="ask_accept"))
        self._accept.clicked.connect(self._on_accept)
        self._show_people(0)
        self._made[0].lines[0].without.setFocus(Qt.FocusReason.OtherFocusReason)

    def _build_pager(self) -> None:
        self._pager = QWidget()
        row = QHBoxLayout(self._pager)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._span = text.label("", fonts.LABEL, fonts.REGULAR, "text2")
        self._span.setObjectName("clash_span")
        self._previous = buttons.button("Previous", icon="previous", name="clash_previous")
        self._next = buttons.button("Next", icon="next", name="clash_next")
        self._previous.clicked.connect(lambda: self._turn(self._first - _A_PAGE))
        self._next.clicked.connect(lambda: self._turn(self._first + _A_PAGE))
        row.addWidget(self._span, 1)
        row.addWidget(self._previous)
        row.addWidget(self._next)
        self.body.addWidget(self._pager)
        self._pager.setVisible(len(self._people) > _A_PAGE)

    # ------------------------------------------------------------------ a few at a time

    def _turn(self, first: int) -> None:
        self._show_people(first)
        self._made[first].lines[0].focus()

    def _show_people(self, first: int) -> None:
        self._first = first
        shown = range(first, min(first + _A_PAGE, len(self._people)))
        before = self._previous
        for place in shown:
            if place not in self._made:
                made = _Person(self._people[place], self._pictures.get(self._people[place][0].patron_id))
                self._made[place] = made
                self._list.insertWidget(sum(other < place for other in self._made), made)
        for place, person in self._made.items():
            person.setVisible(place in shown)
        for place in shown:
            self._made[place].tab_before(before)
        self._span.setText(f"{first + 1:,}–{shown[-1] + 1:,} of {len(self._people):,} patrons")
        self._previous.setEnabled(first > 0)
        self._next.setEnabled(first + _A_PAGE < len(self._people))

    # ------------------------------------------------------------------ the answer

    @Slot()
    def _on_accept(self) -> None:
        decided: dict[tuple[PatronId, str], Resolution] = {}
        for person in self._made.values():
            for line in person.lines:
                line.show_error("", False)
                decided[line.clash.patron_id, line.clash.field] = line.resolution
        self._accept.setEnabled(False)
        self.decided.emit(decided)

    def show_wrong(self, wrong: Mapping[tuple[PatronId, str], str]) -> None:
        """A sentence beside each field whose value cannot be had; the first of them gets the focus."""
        self._accept.setEnabled(True)
        first = True
        for place, person in sorted(self._made.items()):
            for line in person.lines:
                said = wrong.get((line.clash.patron_id, line.clash.field), "")
                if said and first and not person.isVisible():
                    self._show_people(place - place % _A_PAGE)
                line.show_error(said, bool(said) and first)
                first = first and not said


class _Person(cards.Card):
    """Portrait, name, class; a line for each clash."""

    def __init__(self, clashes: Sequence[UndoClash], picture: bytes | None) -> None:
        super().__init__("", "surface")
        one = clashes[0]
        self.setAccessibleName(one.name)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(portraits.Portrait(one.patron_id, one.name, _FACE, picture))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(text.Elided(one.name, fonts.TEXT, fonts.SEMIBOLD))
        if one.school_class:
            words.addWidget(text.Elided(one.school_class, fonts.LABEL, fonts.REGULAR, "text2"))
        head.addLayout(words, 1)
        self.inside.addLayout(head)
        self.lines = [_Line(clash) for clash in clashes]
        for line in self.lines:
            self.inside.addWidget(line)

    def tab_before(self, widget: QWidget) -> None:
        """Puts its controls before another in Tab's way."""
        for line in self.lines:
            for control in (line.without, line.anew, line.field.control):
                QWidget.setTabOrder(widget, control)
                QWidget.setTabOrder(control, widget)


class _Line(QWidget):
    """One identifier: whose it is now, and what the returning patron gets."""

    def __init__(self, clash: UndoClash) -> None:
        super().__init__()
        self.clash = clash
        noun, name = NOUNS[clash.field], f"clash_{clash.patron_id}_{clash.field}"
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 2, 0, 0)
        whole.setSpacing(6)
        said = undo_words.clash(clash)
        whole.addWidget(text.Sentence(said))
        if clash.same_name:
            whole.addWidget(
                text.Sentence("The name is the same: it may be the same person, entered again.", fonts.LABEL, "text2")
            )
        self.without = buttons.RadioButton(f"Come back without a {noun}")
        self.anew = buttons.RadioButton(f"Give a new {noun}")
        row = QHBoxLayout()
        row.setSpacing(22)
        for radio, ending in ((self.without, "without"), (self.anew, "anew")):
            radio.setObjectName(f"{name}_{ending}")
            radio.setAccessibleName(f"{clash.name}: {radio.text()}")
            radio.setAccessibleDescription(said)
            row.addWidget(radio)
        row.addStretch(1)
        whole.addLayout(row)
        self.field = forms.Field(f"New {noun}", forms.line(), f"{name}_value", above=False)
        self.field.control.setAccessibleName(f"New {noun} of {clash.name}")
        whole.addWidget(self.field)
        self.without.setChecked(True)
        self.field.hide()
        self.anew.toggled.connect(self._on_anew)

    @Slot(bool)
    def _on_anew(self, anew: bool) -> None:
        self.field.setVisible(anew)
        if not anew:
            self.field.show_error("", False)

    @property
    def resolution(self) -> Resolution:
        """What is chosen. A blank new value is handed on as such, to be told that it is missing."""
        return Resolution(forms.typed(self.field)) if self.anew.isChecked() else Resolution()

    def show_error(self, sentence: str, take_focus: bool) -> None:
        """Says below the field what is wrong."""
        self.field.show_error(sentence, take_focus)

    def focus(self) -> None:
        """Gives the focus to what is chosen."""
        (self.anew if self.anew.isChecked() else self.without).setFocus(Qt.FocusReason.OtherFocusReason)


def _explained(people: int) -> str:
    whom = "this patron" if people == 1 else f"{people:,} of them"
    each = "this patron comes back" if people == 1 else "each of them comes back"
    rest = " Without a choice of yours they come back without it." if people > 1 else ""
    return f"Somebody else has an identifier of **{whom}** by now. It stays where it is; choose how {each}.{rest}"


def _numbers(number: int, noun: str) -> str:
    without = "comes back without its number" if number == 1 else "come back without their numbers"
    return f"{messages.count(number, noun)} {without} of another system, used again since."
