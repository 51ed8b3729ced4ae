"""How a place of the program, a group's name and a quiet line at the foot are drawn in the sidebar."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from patrondesk.ui.shell import focus, fonts, icons, paint, theme
from patrondesk.ui.shell.place_list import PLACES, THERE, Place

__all__ = ["PLACES", "THERE", "FootLine", "GroupHead", "Item", "Place"]

_LEFT, _RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight


class Item(QAbstractButton):
    """One place: icon, words, number; only the icon when narrow."""

    def __init__(self, place: Place, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.place = place
        self._number: int | None = None
        self._narrow = False
        self.setObjectName(f"nav_{place.word}")
        self.setText(place.title)
        self.setAccessibleName(place.title)
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_number(self, number: int | None) -> None:
        """The number waiting, beside the words; None shows none."""
        self._number = number
        self.setAccessibleName(self.place.title if number is None else f"{self.place.title}, {number:,} waiting")
        self.set_narrow(self._narrow)
        self.update()

    def set_narrow(self, narrow: bool) -> None:
        """Only the icon, with the name as a tool tip."""
        self._narrow = narrow
        self.setToolTip(self.accessibleName() if narrow else "")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(44 if self._narrow else 150, theme.text_height() + 19)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._step(1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def _step(self, by: int) -> None:
        """To the place above or below. Qt keeps Tab for one button of a group, so Tab's way does not lead there."""
        there = [item for item in self.group().buttons() if item.isVisible()]
        number = there.index(self) + by
        if 0 <= number < len(there):
            there[number].setFocus(Qt.FocusReason.TabFocusReason)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        focus.entered(self, event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        focus.left(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect()).adjusted(0, 1, 0, -1)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        here = self.isChecked()
        ink = tokens.colour("soft_text" if here else "text")
        if here or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.colour("soft" if here else "hover"))
            painter.drawRoundedRect(rect, 6, 6)
        if here:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.colour("on_accent" if tokens.high_contrast else "accent_fill"))
            edge = rect.right() - 3 if mirrored else rect.left()
            painter.drawRoundedRect(QRectF(edge, rect.top() + 8, 3, rect.height() - 16), 1.5, 1.5)
        side = 18.0
        left = (rect.width() - side) / 2 if self._narrow else rect.width() - 11 - side if mirrored else 11.0
        icons.paint(painter, self.place.icon, QRectF(round(left), round(rect.center().y() - side / 2), side, side), ink)
        if not self._narrow:
            self._paint_words(painter, rect, here, mirrored)
        painter.end()

    def _paint_words(self, painter: QPainter, rect: QRectF, here: bool, mirrored: bool) -> None:
        token = "soft_text" if here else "text"
        weight = fonts.SEMIBOLD if here else fonts.REGULAR
        near, far = (_RIGHT, _LEFT) if mirrored else (_LEFT, _RIGHT)
        words = rect.adjusted(11, 0, -39, 0) if mirrored else rect.adjusted(39, 0, -11, 0)
        if self._number is not None:
            number = fonts.font(fonts.LABEL, fonts.SEMIBOLD)
            tone = "soft_text" if here else "text2"
            used = paint.line_of_text(painter, words, f"{self._number:,}", number, tone, far)
            words = words.adjusted(used.width() + 6, 0, 0, 0) if mirrored else words.adjusted(0, 0, -used.width() - 6, 0)
        paint.line_of_text(painter, words, self.text(), fonts.font(fonts.TEXT, weight), token, near)


class FootLine(QAbstractButton):
    """A quiet line at the sidebar's foot that leads somewhere. What it says stands in its layout."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        focus.entered(self, event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        focus.left(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.underMouse():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.current().colour("hover"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(8, 0, -8, 0), 6, 6)
            painter.end()


class GroupHead(QWidget):
    """A group's name in small capitals, or a line in the rail; decorative."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self._words, self._narrow = words, False

    def set_narrow(self, narrow: bool) -> None:
        """A line instead of the words."""
        self._narrow = narrow
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(40, 16 if self._narrow else theme.text_height(11) + 16)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = theme.current()
        if self._narrow:
            painter.fillRect(QRectF(6, self.height() / 2, self.width() - 12, tokens.line_width), tokens.colour("line"))
        else:
            font = fonts.font(11, fonts.SEMIBOLD)
            font.setLetterSpacing(font.SpacingType.AbsoluteSpacing, 0.8)
            near = _RIGHT if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else _LEFT
            rect = QRectF(12, 4, self.width() - 24, self.height() - 4)
            paint.line_of_text(painter, rect, self._words.upper(), font, "text2", near)
        painter.end()
