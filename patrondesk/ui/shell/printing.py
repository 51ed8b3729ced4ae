"""What is printed of a page, and how it is laid out on paper: title, sentence, whose list it is and when, the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPagedPaintDevice, QPainter
from PySide6.QtWidgets import QTableView

from patrondesk import messages
from patrondesk.ui.shell import fonts
from patrondesk.ui.shell.columns import LEFT, SECOND_ROLE

if TYPE_CHECKING:
    from patrondesk.services.office import Office

_KEEP = "It has names of people: keep it where only staff see it, and shred it afterwards."
_GAP, _PAD, _LEAST = 8.0, 2.5, 0.04
_FLAGS = Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
Cell = tuple[str, str]
"""What a cell says, and its second line."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table on paper. `right` are the columns whose figures stand at the right."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    right: frozenset[int] = frozenset()
    title: str = ""


@dataclass(frozen=True, slots=True)
class Printout:
    """Everything on the paper. `origin` says whose list it is and when it was printed."""

    title: str
    sentence: str
    origin: str
    sheets: tuple[Sheet, ...]


def printout(office: Office, title: str, sentence: str, sheets: Sequence[Sheet]) -> Printout:
    """What a page prints, by whoever is at the desk, now."""
    now, actor = office.clock.now().astimezone(), office.actor
    library, who = (actor.library_name, f" by {actor.name}") if actor is not None else ("", "")
    said = f"Printed on {messages.day(now.date())} at {now:%H:%M}{who}. {_KEEP}"
    return Printout(title, sentence, f"{library}. {said}" if library else said, tuple(sheets))


def sheet(view: QTableView, title: str = "") -> Sheet:
    """A table as it is on show: its visible columns in their order, every row. A ticked box is a tick."""
    head, model = view.horizontalHeader(), view.model()
    order = [head.logicalIndex(place) for place in range(head.count())]
    columns = [column for column in order if not view.isColumnHidden(column)]
    across, name = Qt.Orientation.Horizontal, Qt.ItemDataRole.AccessibleTextRole
    heads = tuple(str(model.headerData(c, across) or model.headerData(c, across, name) or "") for c in columns)
    rows = tuple(tuple(_cell(view, row, column) for column in columns) for row in range(model.rowCount()))
    aligned = [Qt.AlignmentFlag(model.headerData(c, across, Qt.ItemDataRole.TextAlignmentRole) or LEFT) for c in columns]
    right = frozenset(place for place, align in enumerate(aligned) if align & Qt.AlignmentFlag.AlignRight)
    return Sheet(heads, rows, right, title)


def _cell(view: QTableView, row: int, column: int) -> Cell:
    index = view.model().index(row, column)
    ticked = index.data(Qt.ItemDataRole.CheckStateRole)
    if ticked is not None:
        return ("✓" if Qt.CheckState(ticked) == Qt.CheckState.Checked else "", "")
    return str(index.data() or ""), str(index.data(SECOND_ROLE) or "")


def is_wide(made: Printout) -> bool:
    """Whether the paper lies on its side: more columns than an upright page has room for."""
    return max((len(each.heads) for each in made.sheets), default=0) > 6


class Paper:
    """Paints a printout on pages, black on white whatever the window's look is. Rows are never torn in two."""

    def __init__(self, device: QPagedPaintDevice, made: Printout) -> None:
        self._device, self._made = device, made
        self._unit = device.logicalDpiY() / 72
        self.pages = 1

    def paint(self) -> bool:
        """Paints every page; False when the device took none (a file that cannot be written, a printer that is gone)."""
        painter = QPainter()
        if not painter.begin(self._device):
            return False
        self._painter = painter
        self._room = QRectF(0, 0, painter.viewport().width(), painter.viewport().height())
        self._bottom = self._room.height() - 22 * self._unit
        self._top, self.pages = 0.0, 1
        self._line(self._made.title, 17, fonts.SEMIBOLD, 3)
        self._line(self._made.sentence, 10, fonts.REGULAR, 3)
        self._line(self._made.origin, 8, fonts.REGULAR, 10)
        for each in self._made.sheets:
            self._sheet(each)
        self._foot()
        painter.end()
        return True

    def _font(self, points: float, weight: int = fonts.REGULAR) -> QFont:
        made = QFont(fonts.family())
        made.setPointSizeF(points)
        made.setVariableAxis(QFont.Tag("wght"), float(weight))
        made.setFeature(QFont.Tag("tnum"), 1)
        return made

    def _line(self, words: str, points: float, weight: int, gap: float) -> None:
        if not words:
            return
        self._painter.setFont(self._font(points, weight))
        room = QRectF(0, self._top, self._room.width(), self._room.height())
        used = self._painter.boundingRect(room, int(_FLAGS), words)
        self._painter.drawText(room, int(_FLAGS), words)
        self._top = used.bottom() + gap * self._unit

    def _foot(self) -> None:
        self._painter.setFont(self._font(8))
        below = QRectF(0, self._bottom + 8 * self._unit, self._room.width(), 14 * self._unit)
        self._painter.drawText(below, int(Qt.AlignmentFlag.AlignLeft), self._made.title)
        self._painter.drawText(below, int(Qt.AlignmentFlag.AlignRight), f"Page {self.pages:,}")

    def _turn(self) -> None:
        self._foot()
        self._device.newPage()
        self._top, self.pages = 0.0, self.pages + 1

    # ------------------------------------------------------------------ a table

    def _sheet(self, each: Sheet) -> None:
        widths = self._widths(each)
        head = tuple((words, "") for words in each.heads)
        if self._top + 60 * self._unit > self._bottom:
            self._turn()
        self._line(each.title, 11, fonts.SEMIBOLD, 4)
        self._row(each, head, widths, heading=True)
        for row in each.rows:
            if self._top + self._tall(row, widths) > self._bottom:
                self._turn()
                self._row(each, head, widths, heading=True)
            self._row(each, row, widths)
        self._top += 12 * self._unit

    def _widths(self, each: Sheet) -> list[float]:
        """What each column would like, and when that is too much, less of the widest; what is left over is shared."""
        first, second, head = (QFontMetricsF(font, self._device) for font in (self._font(9), self._font(7.5), self._head_font))
        wanted = [head.horizontalAdvance(words) for words in each.heads]
        for row in each.rows:
            for place, (words, below) in enumerate(row):
                wanted[place] = max(wanted[place], first.horizontalAdvance(words), second.horizontalAdvance(below))
        gap = _GAP * self._unit
        wanted = [max(one, self._room.width() * _LEAST) + gap for one in wanted]
        spare = self._room.width() - sum(wanted)
        if spare >= 0:
            return [one + spare * one / sum(wanted) for one in wanted]
        fair = self._room.width() / max(1, len(wanted))
        for _ in wanted:  # those below their fair share keep what they want; the others share the rest
            small = [one for one in wanted if one <= fair]
            large = [one for one in wanted if one > fair]
            fair = (self._room.width() - sum(small)) / max(1, len(large))
        return [min(one, fair) for one in wanted]

    @property
    def _head_font(self) -> QFont:
        return self._font(8.5, fonts.SEMIBOLD)

    def _tall(self, row: tuple[Cell, ...], widths: list[float], heading: bool = False) -> float:
        tallest = 0.0
        for (words, below), width in zip(row, widths, strict=True):
            tall = 0.0
            for said, font in ((words, self._head_font if heading else self._font(9)), (below, self._font(7.5))):
                if said:
                    room = QRectF(0, 0, width - _GAP * self._unit, 1_000_000)
                    tall += QFontMetricsF(font, self._device).boundingRect(room, int(_FLAGS), said).height()
            tallest = max(tallest, tall)
        return tallest + 2 * _PAD * self._unit

    def _row(self, each: Sheet, row: tuple[Cell, ...], widths: list[float], heading: bool = False) -> None:
        tall, left, painter = self._tall(row, widths, heading), 0.0, self._painter
        for place, ((words, below), width) in enumerate(zip(row, widths, strict=True)):
            side = Qt.AlignmentFlag.AlignRight if place in each.right else Qt.AlignmentFlag.AlignLeft
            top = self._top + _PAD * self._unit
            for said, font in ((words, self._head_font if heading else self._font(9)), (below, self._font(7.5))):
                if said:
                    painter.setFont(font)
                    room = QRectF(left, top, width - _GAP * self._unit, tall)
                    top = painter.boundingRect(room, int(_FLAGS | side), said).bottom()
                    painter.drawText(room, int(_FLAGS | side), said)
            left += width
        self._top += tall
        painter.fillRect(QRectF(0, self._top, self._room.width(), (1.0 if heading else 0.4) * self._unit), Qt.GlobalColor.gray)
