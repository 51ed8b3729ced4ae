"""Paints the small things that delegates and widgets share: tag boxes, chips, links, rings, rows of text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QFontMetricsF, QPainter, QPen

from patrondesk.ui.shell import fonts, icons, theme

BOX = 18


class TagState(StrEnum):
    """How a tag box stands."""

    NOT_TAGGED = "not_tagged"
    TAGGED = "tagged"
    SOME = "some"
    LOCKED = "locked"
    PURGING = "purging"
    RESTING = "resting"
    """Not tagged, and cannot be changed while a purge runs."""


@dataclass(frozen=True, slots=True)
class ChipText:
    """What a chip says. `kind`: amber, grey, green or red; `icon` is a word of `icons.NAMES`, or empty."""

    kind: str
    text: str
    icon: str = ""


_CHIPS = {
    "amber": ("warn_soft", "warn_line", "warn"),
    "grey": ("neutral_soft", "neutral_line", "text2"),
    "green": ("ok_soft", "ok_line", "ok"),
    "red": ("danger_soft", "danger_line", "danger"),
}


def tag_box(painter: QPainter, cell: QRectF, state: TagState, hover: bool = False) -> None:
    """Paints an 18 px tag box in the middle of a cell."""
    tokens = theme.current()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    width = tokens.line_width
    left, top = round(cell.center().x() - BOX / 2), round(cell.center().y() - BOX / 2)
    box = QRectF(left, top, BOX, BOX).adjusted(width / 2, width / 2, -width / 2, -width / 2)
    off = state in (TagState.LOCKED, TagState.PURGING, TagState.RESTING)
    full = state in (TagState.TAGGED, TagState.SOME)
    edge, ground = ("neutral_line", "neutral_soft") if off else ("strong", "hover" if hover else "surface")
    if full:
        edge = ground = "accent_fill"
    pen = QPen(
        tokens.colour("disabled" if off and tokens.high_contrast else edge), 1.5 if off and tokens.high_contrast else width
    )
    if off and tokens.high_contrast:
        pen.setDashPattern([2.2, 1.8])
    painter.setPen(pen)
    painter.setBrush(tokens.colour(ground))
    painter.drawRoundedRect(box, 4, 4)
    ink = tokens.colour("on_accent" if full else "text2" if state == TagState.LOCKED and not tokens.high_contrast else "disabled")
    if state == TagState.LOCKED:
        icons.paint(painter, "padlock", QRectF(left + 4, top + 3.5, 10, 10.5), ink)
    elif state in (TagState.TAGGED, TagState.PURGING):
        painter.setPen(_stroke(ink, 2.2 if full else 1.6))
        painter.drawPolyline([QPointF(left + 4.6, top + 9.4), QPointF(left + 7.6, top + 12.4), QPointF(left + 13.4, top + 6)])
    elif state == TagState.SOME:
        painter.setPen(_stroke(ink, 2.4))
        painter.drawLine(QLineF(left + 5, top + 9, left + 13, top + 9))
    painter.restore()


def _stroke(colour: QColor, width: float) -> QPen:
    return QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)


def chip_height() -> int:
    """A chip's height: 22 at 100 %."""
    return theme.text_height(fonts.SMALL, fonts.MEDIUM) + 7


def chip_width(chip: ChipText) -> int:
    """A chip's whole width in logical pixels."""
    text = QFontMetrics(fonts.font(fonts.SMALL, fonts.MEDIUM)).horizontalAdvance(chip.text)
    return text + (32 if chip.icon else 14)


def chip(painter: QPainter, left: float, middle: float, said: ChipText, mirrored: bool = False) -> float:
    """Paints a chip from `left`, centred on the line `middle`; returns its width. `mirrored`: right-to-left window."""
    tokens = theme.current()
    ground, edge, ink = _CHIPS[said.kind]
    width, height = chip_width(said), chip_height()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    half = tokens.line_width / 2
    rect = QRectF(round(left), round(middle - height / 2), width, height)
    painter.setPen(QPen(tokens.colour(edge), tokens.line_width))
    painter.setBrush(tokens.colour(ground))
    painter.drawRoundedRect(rect.adjusted(half, half, -half, -half), 6, 6)
    text = rect.adjusted(7, 0, -7, 0)
    if said.icon:
        at = rect.right() - 20 if mirrored else rect.left() + 7
        icons.paint(painter, said.icon, QRectF(at, round(rect.center().y() - 6.5), 13, 13), tokens.colour(ink))
        text = rect.adjusted(7, 0, -25, 0) if mirrored else rect.adjusted(25, 0, -7, 0)
    painter.setFont(fonts.font(fonts.SMALL, fonts.MEDIUM))
    painter.setPen(tokens.colour(ink))
    painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignHCenter, said.text)
    painter.restore()
    return width


def elided(text: str, font: QFont, width: float) -> str:
    """The text, cut at its end with three dots where it is wider than `width`."""
    return QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, width)


def line_of_text(
    painter: QPainter,
    rect: QRectF,
    text: str,
    font: QFont,
    token: str = "text",
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> QRectF:
    """Paints one line of text, cut at its end; returns where it was painted."""
    painter.setFont(font)
    painter.setPen(theme.current().colour(token))
    shown = elided(text, font, rect.width())
    flags = align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
    used = painter.boundingRect(rect, int(flags), shown)
    painter.drawText(rect, int(flags), shown)
    return used


def link(
    painter: QPainter, rect: QRectF, text: str, size: int = fonts.LABEL, weight: int = fonts.REGULAR, dimmed: bool = False
) -> QRectF:
    """Paints an underlined link at the left of `rect`; returns where the text is, for its ring. `dimmed` while a purge runs."""
    font = fonts.font(size, weight)
    token = "text3" if dimmed else "accent"
    used = line_of_text(painter, rect, text, font, token)
    painter.save()
    painter.setPen(QPen(theme.current().colour(token), 1))
    base = round(used.top() + QFontMetricsF(font).ascent() + 2.5) + 0.5
    painter.drawLine(QLineF(used.left(), base, used.right(), base))
    painter.restore()
    return used


def icon_and_text(
    painter: QPainter, rect: QRectF, icon: str, text: str, token: str = "text", icon_token: str | None = None
) -> None:
    """Paints a 14 px icon and 13/500 words beside it, such as a tick and "Can go now"."""
    tokens = theme.current()
    icons.paint(painter, icon, QRectF(rect.left(), round(rect.center().y() - 7), 14, 14), tokens.colour(icon_token or token))
    line_of_text(painter, rect.adjusted(22, 0, 0, 0), text, fonts.font(fonts.LABEL, fonts.MEDIUM), token)


def ring(painter: QPainter, rect: QRectF, radius: float = 6) -> None:
    """Paints the focus ring just inside `rect`: 2 px in the focus colour."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.current().colour("focus"), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), radius, radius)
    painter.restore()
