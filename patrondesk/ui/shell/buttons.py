"""Buttons: ordinary, main, tinted (opens a purge), danger (does it), quiet and link, with icon, name and focus ring."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFocusEvent, QIcon, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QCheckBox, QPushButton, QRadioButton, QWidget

from patrondesk.ui.shell import focus, fonts, icons, theme

_INK = {"ordinary": "text", "main": "on_accent", "tinted": "danger", "danger": "on_danger", "quiet": "accent", "link": "accent"}
_HEAVY = ("main", "tinted", "danger")
_GAP = 5


class Button(QPushButton):
    """A push button of one kind. Enter presses it when it has the focus; it never answers Enter from elsewhere."""

    def __init__(self, text: str = "", kind: str = "ordinary", icon: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._icon_word = icon
        self._ink = ""
        self._drawn_for: object = None
        self.setAutoDefault(False)
        self.set_kind(kind)
        if kind == "link":
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_kind(self, kind: str) -> None:
        """Changes the kind: ordinary, main, tinted, danger, quiet or link."""
        self.setProperty("kind", kind)
        weight = fonts.SEMIBOLD if kind in _HEAVY else fonts.REGULAR if kind == "link" else fonts.MEDIUM
        theme.again(self)
        fonts.wear(self, fonts.TEXT, weight, kind == "link")
        self._draw_icon()

    def set_size(self, size: int) -> None:
        """Words of another size, such as 13 for a link among explanations."""
        fonts.wear(self, size, int(self.property("type_weight")), self.property("kind") == "link")

    def set_ink(self, token: str) -> None:
        """Draws the icon in another colour of the theme than its kind has."""
        self._ink = token
        self._draw_icon()

    def set_icon(self, word: str) -> None:
        """Changes the icon to another of our words; empty takes it away."""
        self._icon_word = word
        self._draw_icon()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.PaletteChange) and self._drawn_for is not theme.current():
            self._draw_icon()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        focus.entered(self, event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        focus.left(self)

    def _draw_icon(self) -> None:
        self._drawn_for = theme.current()
        if not self._icon_word:
            self.setIcon(QIcon())
            return
        token = self._ink or _INK[str(self.property("kind"))]
        alone = not self.text()
        made = QIcon()
        for mode, colour in ((QIcon.Mode.Normal, token), (QIcon.Mode.Disabled, "disabled")):
            picture = icons.pixmap(self._icon_word, 16, colour, self.devicePixelRatioF())
            made.addPixmap(picture if alone else self._spaced(picture), mode)
        self.setIcon(made)
        self.setIconSize(QSize(16 if alone else 16 + _GAP, 16))

    def _spaced(self, picture: QPixmap) -> QPixmap:
        ratio = picture.devicePixelRatio()
        wide = QPixmap(round((16 + _GAP) * ratio), round(16 * ratio))
        wide.setDevicePixelRatio(ratio)
        wide.fill(Qt.GlobalColor.transparent)
        painter = QPainter(wide)
        painter.drawPixmap(_GAP if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else 0, 0, picture)
        painter.end()
        return wide


def button(text: str, kind: str = "ordinary", icon: str = "", name: str = "", spoken: str = "", tip: str = "") -> Button:
    """A button with words. `name` is its object name; `spoken` its accessible name where the words are not enough."""
    made = Button(text, kind, icon)
    made.setObjectName(name)
    made.setAccessibleName(spoken or text.replace("&", ""))
    made.setToolTip(tip)
    return made


def icon_button(icon: str, spoken: str, name: str = "", kind: str = "ordinary") -> Button:
    """A square button with only an icon; `spoken` is both its accessible name and its tool tip."""
    made = Button("", kind, icon)
    made.setProperty("square", True)
    made.setObjectName(name)
    made.setAccessibleName(spoken)
    made.setToolTip(spoken)
    theme.again(made)
    return made


class CheckBox(QCheckBox):
    """A check box with our focus ring; its words are its accessible name."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        focus.entered(self, event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        focus.left(self)


class RadioButton(QRadioButton):
    """A radio button with our focus ring; its words are its accessible name."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        focus.entered(self, event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        focus.left(self)
