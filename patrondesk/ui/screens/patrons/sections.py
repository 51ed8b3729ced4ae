"""The list of sections at the left of the details: icon, words, how much is in it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QVBoxLayout, QWidget

from patrondesk.ui.shell import fonts, paint
from patrondesk.ui.shell.places import Item, Place

SECTIONS = (
    Place("personal", "Personal data", "details"), Place("loans", "Loans", "loan"),
    Place("reservations", "Reservations", "reserved"), Place("fines", "Fines", "money"),
    Place("notes", "Notes and files", "notes"), Place("blocks", "Blocks", "blocked"), Place("roles", "Roles", "staff"),
    Place("history", "History", "history"),
)  # fmt: skip
_LEFT, _RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight


class SectionItem(Item):
    """A section looks like a place in the sidebar; beside its words stands a number or an amount."""

    moved = Signal(int)
    """An arrow key: -1 up, 1 down."""

    def __init__(self, place: Place, parent: QWidget | None = None) -> None:
        super().__init__(place, parent)
        self._said = ""
        self.setObjectName(f"details_{place.word}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.moved.emit(-1 if event.key() == Qt.Key.Key_Up else 1)
        else:
            super().keyPressEvent(event)

    def show_said(self, said: str) -> None:
        """What stands beside the words, such as 2 or $18.50."""
        self._said = said
        self.setAccessibleName(f"{self.place.title}, {said}" if said else self.place.title)
        self.update()

    def _paint_words(self, painter: QPainter, rect: QRectF, here: bool, mirrored: bool) -> None:
        tone, weight = ("soft_text", fonts.SEMIBOLD) if here else ("text", fonts.REGULAR)
        near, far = (_RIGHT, _LEFT) if mirrored else (_LEFT, _RIGHT)
        inside = rect.adjusted(11, 0, -39, 0) if mirrored else rect.adjusted(39, 0, -11, 0)
        font = fonts.font(fonts.LABEL, fonts.SEMIBOLD)
        used = paint.line_of_text(painter, inside, self._said, font, tone if here else "text2", far)
        left = inside.adjusted(used.width() + 6, 0, 0, 0) if mirrored else inside.adjusted(0, 0, -used.width() - 6, 0)
        paint.line_of_text(painter, left, self.text(), fonts.font(fonts.TEXT, weight), tone, near)


class Sections(QWidget):
    """One stop for Tab at the chosen section; arrow keys go up and down."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Sections")
        self._group = QButtonGroup(self)
        self._items: dict[str, SectionItem] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for place in SECTIONS:
            item = self._items[place.word] = SectionItem(place)
            self._group.addButton(item)
            item.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            item.moved.connect(self._on_moved)
            column.addWidget(item)
        column.addStretch(1)
        self._group.buttonToggled.connect(self._on_toggled)
        self.show_section("personal")

    def show_said(self, word: str, said: str) -> None:
        """What stands beside a section's words."""
        self._items[word].show_said(said)

    def show_section(self, word: str) -> None:
        """Marks a section as the one on show."""
        self._items[word].setChecked(True)

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """Where Tab stops: at the section on show."""
        button = self._group.checkedButton()
        return (button,) if button is not None else ()

    def focus_section(self) -> None:
        """Puts the focus on the section on show."""
        button = self._group.checkedButton()
        if button is not None:
            button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_moved(self, by: int) -> None:
        items = list(self._items.values())
        here = next(place for place, item in enumerate(items) if item.isChecked())
        to = items[min(max(0, here + by), len(items) - 1)]
        to.setChecked(True)
        to.setFocus(Qt.FocusReason.TabFocusReason)

    def _on_toggled(self, item: QAbstractButton, on: bool) -> None:
        # Qt does this only once one of them has had the focus.
        item.setFocusPolicy(Qt.FocusPolicy.StrongFocus if on else Qt.FocusPolicy.ClickFocus)
        if on and isinstance(item, SectionItem):
            self.chosen.emit(item.place.word)
