"""How a person wants the columns of a table: shown or not, in which order, how wide; kept on this computer for that person."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QHeaderView, QMenu, QTableView

from patrondesk.ui.shell import fonts, icons, theme
from patrondesk.ui.shell.column_choice import LEAST, MOST, Choice, Heading, Line, read
from patrondesk.ui.shell.prefs import Prefs

if TYPE_CHECKING:
    from patrondesk.ui.shell.columns_dialog import ColumnsDialog

_KEEP_AFTER_MS = 300
_STEP = 20


class Arranger(QObject):
    """Lets the pointer move and size the columns of a view, and its head's menu and the dialog do the same by keyboard."""

    changed = Signal()
    """The person chose something else; whoever folds columns does it again."""

    def __init__(
        self, view: QTableView, table: str, headings: Sequence[Heading], prefs: Prefs | None = None, person: str = ""
    ) -> None:
        super().__init__(view)
        self.headings = tuple(headings)
        self.sort: Callable[[int], None] | None = None
        """What sorts by a column, turned round when it is sorted by already."""
        self._view, self._table, self._prefs, self._person = view, table, prefs, person
        self._by_program = False
        self._numbers = {heading.word: number for number, heading in enumerate(self.headings)}
        self.choice = read(prefs.columns(person, table) if prefs else "", self.headings)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_KEEP_AFTER_MS)
        self._later.timeout.connect(self._on_sized)
        head = view.horizontalHeader()
        head.setSectionsMovable(True)
        head.setFirstSectionMovable(not self.headings[0].first)
        head.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        head.customContextMenuRequested.connect(self._on_menu)
        head.sectionMoved.connect(self._on_moved)
        head.sectionResized.connect(self._on_resized)
        view.installEventFilter(self)
        theme.look().changed.connect(self.apply)
        self.apply()

    # ------------------------------------------------------------------ what is in force

    def apply(self) -> None:
        """Puts order and widths on the head; which columns are hidden is for `hide`."""
        head, mode = self._view.horizontalHeader(), QHeaderView.ResizeMode
        with self._programmed():
            for place, word in enumerate(self.choice.order):
                head.moveSection(head.visualIndex(self._numbers[word]), place)
            for number, heading in enumerate(self.headings):
                wide = mode.Interactive if heading.width else mode.Stretch
                head.setSectionResizeMode(number, mode.Fixed if heading.first else wide)
                if heading.width:
                    head.resizeSection(number, round(self.width(number) * fonts.scale() / 100))

    def width(self, number: int) -> int:
        """How wide a column is to be, at 100 %; 0 takes what is left."""
        return self.choice.widths.get(self.headings[number].word, self.headings[number].width)

    def is_hidden(self, number: int) -> bool:
        """Whether the person does not want this column."""
        return self.headings[number].word in self.choice.hidden

    def is_wanted(self, number: int) -> bool:
        """Whether the person asked for this column, though it might fold away."""
        return self.headings[number].word in self.choice.shown

    def give(self, widths: Mapping[int, int]) -> None:
        """Makes columns as wide as there is room for, in pixels; what the person chose stays chosen."""
        with self._programmed():
            for number, width in widths.items():
                self._view.horizontalHeader().resizeSection(number, width)

    def hide(self, folded: Collection[int] = ()) -> None:
        """Hides what the person does not want, and those for which there is no room now."""
        with self._programmed():
            for number in range(len(self.headings)):
                self._view.setColumnHidden(number, self.is_hidden(number) or number in folded)

    @contextmanager
    def _programmed(self) -> Iterator[None]:
        """What the head tells meanwhile is not the person's doing."""
        before, self._by_program = self._by_program, True
        yield
        self._by_program = before

    # ------------------------------------------------------------------ what a person does

    def show(self, number: int, shown: bool) -> None:
        """Shows or hides a column from now on; one that stays cannot be hidden."""
        heading, choice = self.headings[number], self.choice
        if heading.stays:
            return
        word = {heading.word}
        self._choose(
            replace(choice, hidden=choice.hidden - word, shown=choice.shown | word) if shown
            else replace(choice, hidden=choice.hidden | word, shown=choice.shown - word)
        )  # fmt: skip

    def goal(self, number: int, by: int) -> int:
        """The place in the order to which a step to the left (-1) or right (1) leads, past what is hidden; -1 for none."""
        order = [self._numbers[word] for word in self.choice.order]
        place = order.index(number) + by
        while 0 <= place < len(order) and self._view.isColumnHidden(order[place]):
            place += by
        free = 0 <= place < len(order) and not self.headings[order[place]].first and not self.headings[number].first
        return place if free else -1

    def move(self, number: int, by: int) -> None:
        """Moves a column one to the left (-1) or to the right (1)."""
        place = self.goal(number, by)
        if place >= 0:
            word = self.headings[number].word
            order = [other for other in self.choice.order if other != word]
            order.insert(place, word)
            self._choose(replace(self.choice, order=tuple(order)))

    def size(self, number: int, by: int) -> None:
        """Makes a column wider (1) or narrower (-1)."""
        if self.headings[number].width and not self.headings[number].first:
            self._widen(number, self.width(number) + by * _STEP)
            self._choose(self.choice)

    def reset(self) -> None:
        """Everything as it was at first."""
        self._choose(read("", self.headings))

    def open_dialog(self) -> ColumnsDialog:
        """Opens the dialog in which all of it can be done by keyboard."""
        from patrondesk.ui.shell.columns_dialog import ColumnsDialog

        dialog = ColumnsDialog(self._view.window(), self)
        dialog.open()
        return dialog

    def lines(self) -> list[Line]:
        """The columns as the dialog lists them, in their order."""
        numbers = [self._numbers[word] for word in self.choice.order]
        return [
            Line(number, self.headings[number].title, not self.is_hidden(number), self.headings[number].stays,
                 not self.is_hidden(number) and self._view.isColumnHidden(number), self.width(number),
                 self.headings[number].sortable)
            for number in numbers if not self.headings[number].first
        ]  # fmt: skip

    def _choose(self, choice: Choice) -> None:
        self.choice = choice
        self.apply()
        self.changed.emit()
        self.keep()

    def _widen(self, number: int, width: int) -> None:
        widths = {**self.choice.widths, self.headings[number].word: min(max(width, LEAST), MOST)}
        self.choice = replace(self.choice, widths=widths)

    # ------------------------------------------------------------------ the pointer

    def _on_moved(self, _number: int, _old: int, _new: int) -> None:
        if self._by_program:
            return
        head = self._view.horizontalHeader()
        order = [self.headings[head.logicalIndex(place)].word for place in range(head.count())]
        self._choose(replace(self.choice, order=tuple(order)))

    def _on_resized(self, number: int, _old: int, new: int) -> None:
        if self._by_program or not self.headings[number].width or self._view.isColumnHidden(number) or not new:
            return
        self._widen(number, round(new * 100 / fonts.scale()))
        self._later.start()

    def _on_sized(self) -> None:
        """Once the pointer rests: what became wider may leave no room for another."""
        self.keep()
        self.changed.emit()

    def _on_menu(self, at: QPoint) -> None:
        head = self._view.horizontalHeader()
        self.menu(head.logicalIndexAt(at)).popup(head.viewport().mapToGlobal(at))

    def menu(self, number: int) -> QMenu:
        """The menu of a column's head (-1: beside all of them), not yet open."""
        menu = QMenu(self._view)
        menu.setObjectName("columns_menu")
        menu.setToolTipsVisible(True)
        menu.aboutToHide.connect(menu.deleteLater)
        heading = self.headings[number] if number >= 0 else None
        if heading is not None and not heading.first:
            menu.setAccessibleName(f"Column {heading.title}")
            sort = self.sort
            if sort is not None and heading.sortable:
                _add(menu, f"Sort by {heading.title}", "sort", lambda: sort(number))
                menu.addSeparator()
            _add(menu, "Move left", "previous", lambda: self.move(number, -1), self.goal(number, -1) >= 0)
            _add(menu, "Move right", "next", lambda: self.move(number, 1), self.goal(number, 1) >= 0)
            _add(menu, "Wider", "add", lambda: self.size(number, 1), bool(heading.width))
            _add(menu, "Narrower", "remove", lambda: self.size(number, -1), bool(heading.width))
            _add(menu, "Hide", "hide", lambda: self.show(number, False), not heading.stays)
            menu.addSeparator()
        for line in self.lines():
            if not line.shown or line.folded:
                _add(menu, f"Show {line.title}", "preview", partial(self.show, line.number, True))
        menu.addSeparator()
        _add(menu, "Columns...", "columns", self.open_dialog)
        _add(menu, "Reset columns", "history", self.reset)
        return menu

    # ------------------------------------------------------------------ keeping

    def keep(self) -> None:
        """Remembers what was chosen, on this computer."""
        self._later.stop()
        if self._prefs is not None:
            as_first = self.choice == read("", self.headings)
            self._prefs.set_columns(self._person, self._table, "" if as_first else self.choice.words())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Hide and self._later.isActive():
            self.keep()
        return False


def _add(menu: QMenu, words: str, icon: str, does: Callable[[], object], on: bool = True) -> None:
    action = menu.addAction(icons.icon(icon), words.replace("&", "&&"))
    action.setEnabled(on)
    action.triggered.connect(lambda: does())
