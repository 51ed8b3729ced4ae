"""Which theme and text size are in force, and how they are put on the application."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPalette
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from patrondesk.ui.shell import fonts, stylesheet
from patrondesk.ui.shell.tokens import DARK, LIGHT, THEMES, Tokens, from_system

SYSTEM = "system"
_STYLED = "has_fusion"
NAMES = (SYSTEM, "light", "dark", "contrast")
TEXT_SIZES = (100, 115, 130)


class Look(QObject):
    """The look in force. `changed` comes after every widget has it, for things that are painted or cached."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.tokens = LIGHT
        self.name = SYSTEM
        self.followed = False
        self.compact = False
        self.system_palette: QPalette | None = None


_look = Look()


def look() -> Look:
    """The one look of this process: its tokens, its chosen name, its signal."""
    return _look


def current() -> Tokens:
    """The colours in force now. Ask each time one paints; do not keep them."""
    return _look.tokens


def make_application(name: str) -> QApplication:
    """The application, in the style that the style sheet is worded for. `name` is how the program was called."""
    # `setStyle` would hand the style back, and the class for that takes long to be made.
    app = QApplication([name, "-style", "fusion"])
    app.setProperty(_STYLED, True)
    return app


def apply(app: QApplication, theme_name: str = SYSTEM, text_scale: int = 100) -> None:
    """Puts a theme (`system`, `light`, `dark`, `contrast`) and a text size (100, 115, 130 per cent) on the application.

    Raises KeyError for an unknown theme. With `system` it follows the system until another is chosen.
    """
    if _look.system_palette is None:
        _look.system_palette = QPalette(app.palette())
    _look.name = theme_name
    _look.tokens = _of_the_system(app) if theme_name == SYSTEM else THEMES[theme_name]
    if not _look.followed:
        _look.followed = True
        app.styleHints().colorSchemeChanged.connect(_on_system_changed)
    fonts.set_scale(text_scale)
    if not app.property(_STYLED):
        app.setProperty(_STYLED, True)
        app.setStyle("Fusion")
    app.setFont(fonts.font())
    QToolTip.setFont(fonts.font(fonts.LABEL))
    app.setPalette(_palette(_look.tokens))
    QToolTip.setPalette(_palette(_look.tokens))
    app.setStyleSheet(stylesheet.sheet(_look.tokens, control_height()))
    for widget in app.allWidgets():
        fonts.wear_again(widget)
    _look.changed.emit()


def set_compact(compact: bool) -> None:
    """Whether the rows of pages' tables have one line, 32 high, or two, 42; in force at once."""
    if compact != _look.compact:
        _look.compact = compact
        _look.changed.emit()


def _on_system_changed() -> None:
    app = QApplication.instance()
    if _look.name == SYSTEM and isinstance(app, QApplication):
        apply(app, SYSTEM, fonts.scale())


def _of_the_system(app: QApplication) -> Tokens:
    hints = app.styleHints()
    if _look.system_palette is not None and hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast:
        return from_system(_look.system_palette)
    return DARK if hints.colorScheme() == Qt.ColorScheme.Dark else LIGHT


def _palette(tokens: Tokens) -> QPalette:
    role, off = QPalette.ColorRole, QPalette.ColorGroup.Disabled
    made = QPalette()
    for of, token in {
        role.Window: "window", role.WindowText: "text", role.Base: "surface", role.AlternateBase: "raised", role.Text: "text",
        role.Button: "surface", role.ButtonText: "text", role.BrightText: "on_danger", role.ToolTipBase: "surface",
        role.ToolTipText: "text", role.PlaceholderText: "text3", role.Highlight: "accent_fill", role.Accent: "accent_fill",
        role.HighlightedText: "on_accent", role.Link: "accent", role.LinkVisited: "accent", role.Light: "raised",
        role.Midlight: "line", role.Mid: "neutral_line", role.Dark: "strong", role.Shadow: "strong",
    }.items():  # fmt: skip
        made.setColor(of, tokens.colour(token))
    for of in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(off, of, QColor(tokens.disabled))
    made.setColor(off, role.Highlight, QColor(tokens.neutral_line))
    return made


def text_height(size: int = fonts.TEXT, weight: int = fonts.REGULAR) -> int:
    """The height of one line of text of that size, in logical pixels."""
    return QFontMetrics(fonts.font(size, weight)).height()


def row_height(compact: bool = False) -> int:
    """A table row: two lines (42 at 100 %), or one when compact (32)."""
    return text_height() + 15 if compact else text_height() + text_height(fonts.SMALL) + 10


def head_height() -> int:
    """A table's head: 34 at 100 %."""
    return text_height(fonts.LABEL) + 18


def control_height() -> int:
    """Buttons and fields: 34 at 100 %."""
    return text_height() + 17


def margin(window_width: int) -> int:
    """The page's margin: 24, narrower below 1200."""
    return 24 if window_width >= 1200 else 16


def again(widget: QWidget) -> None:
    """Reads the style sheet anew for a widget whose dynamic property was changed.

    Polishing puts back the font of the first polish, so a worn font is put on again. Before the first show there is nothing
    to read.
    """
    if not widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        return
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    fonts.wear_again(widget)
    widget.update()
