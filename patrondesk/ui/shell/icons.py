"""Icons by our own word, drawn from Lucide in a colour of the theme, at the screen's own resolution.

The package's Python part takes long to import, so its data file is read directly: once, only the icons named here.
"""

from __future__ import annotations

import importlib.util
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from patrondesk.ui.shell import theme

if TYPE_CHECKING:
    from PySide6.QtSvg import QSvgRenderer

NAMES = {
    "home": "house", "patrons": "users", "circulation": "scan-barcode", "rollover": "graduation-cap", "purge": "user-x",
    "waive": "hand-coins", "merge": "merge", "updates": "refresh-cw", "jobs": "calendar-clock", "reports": "chart-column",
    "settings": "settings", "lock": "lock", "padlock": "lock", "unlock": "lock-open", "tick": "check", "loan": "book-open",
    "money": "coins", "credit": "hand-coins", "keep": "shield", "guarantor": "users-round", "request": "file-text",
    "staff": "user-cog", "po_line": "receipt-text", "reserved": "bookmark", "calendar": "calendar", "trash": "trash",
    "preview": "eye", "hide": "eye-off", "undo": "undo-2", "export": "file-spreadsheet", "certificate": "award",
    "archive": "archive", "backup": "shield-check", "search": "search", "first": "chevrons-left", "previous": "chevron-left",
    "next": "chevron-right", "last": "chevrons-right", "up": "chevron-up", "down": "chevron-down", "info": "info",
    "done": "circle-check", "look": "triangle-alert", "not_done": "circle-x", "stop": "circle-x", "wrong": "circle-alert",
    "running": "hourglass", "edit": "pencil", "close": "x", "print": "printer", "copy": "copy", "folder": "folder-open",
    "file": "file-text", "leavers_file": "file-spreadsheet", "add": "plus", "remove": "minus", "light": "sun", "dark": "moon",
    "contrast": "contrast", "system": "monitor", "key": "key-round", "download": "download", "import": "upload",
    "blocked": "ban", "go": "arrow-right", "back": "arrow-left", "lost": "book-x", "open": "circle", "letter": "mail",
    "database": "database", "clock": "clock", "details": "id-card", "notes": "paperclip", "history": "rotate-ccw",
    "list": "list", "patron": "user", "new_patron": "user-plus", "returned": "book-check",
    "play": "play", "help": "circle-question-mark", "columns": "columns-3",
    "menu": "ellipsis", "encoding": "languages",
    "person_ok": "user-check", "open_outside": "external-link", "sign_out": "log-out",
    "unchanged": "minus", "conflict": "git-merge", "book": "book",
    "shelf": "library", "sort": "arrow-up-down",
}  # fmt: skip
"""Our word for a thing, and Lucide's name of the picture."""


@lru_cache(maxsize=1)
def _drawings() -> dict[str, str]:
    spec = importlib.util.find_spec("lucide")
    folders = list(spec.submodule_search_locations or []) if spec else []
    wanted = sorted(set(NAMES.values()))
    for folder in folders:
        file = Path(folder) / "data" / "lucide-icons.db"
        if file.is_file():
            import sqlite3

            data = sqlite3.connect(f"{file.as_uri()}?mode=ro&immutable=1", uri=True)
            try:
                marks = ",".join("?" * len(wanted))
                return dict(data.execute(f"SELECT name, svg FROM icons WHERE name IN ({marks})", wanted))
            finally:
                data.close()
    return {}


@lru_cache(maxsize=512)
def _renderer(name: str, colour: str, thin: bool) -> QSvgRenderer:
    from PySide6.QtSvg import QSvgRenderer

    svg = _drawings().get(NAMES[name], '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"/>')
    svg = svg.replace("currentColor", colour).replace('stroke-width="2"', f'stroke-width="{1.75 if thin else 2}"')
    return QSvgRenderer(QByteArray(svg.encode()))


def missing() -> list[str]:
    """Our words for which the installed package has no picture (a test holds this empty)."""
    return sorted(word for word, name in NAMES.items() if name not in _drawings())


def paint(painter: QPainter, name: str, rect: QRectF, colour: QColor | str) -> None:
    """Draws an icon into `rect` (logical pixels). Raises KeyError for a word that is not ours."""
    text = colour if isinstance(colour, str) else colour.name()
    _renderer(name, text, rect.width() >= 18).render(painter, rect)


@lru_cache(maxsize=512)
def _pixmap(name: str, size: int, colour: str, ratio: float) -> QPixmap:
    drawing = _renderer(name, colour, size >= 18)
    side = round(size * ratio)
    made = QPixmap(QSize(side, side))
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    drawing.render(painter, QRectF(0, 0, side, side))
    painter.end()
    made.setDevicePixelRatio(ratio)
    return made


def pixmap(name: str, size: int = 16, token: str = "text", ratio: float | None = None) -> QPixmap:
    """A cached picture of `size` logical pixels in the colour of a token (or `#RRGGBB`), for a device pixel ratio."""
    colour = token if token.startswith("#") else theme.current().colour(token).name()
    if ratio is None:
        ratio = max([screen.devicePixelRatio() for screen in QApplication.screens()], default=1.0)
    return _pixmap(name, size, colour, ratio)


def icon(name: str, token: str = "text", size: int = 16) -> QIcon:
    """A QIcon in the colour of a token, grey when its control is off. Make it anew when the theme changes."""
    made = QIcon()
    screens = {screen.devicePixelRatio() for screen in QApplication.screens()} | {1.0}
    for ratio in sorted(screens):
        made.addPixmap(pixmap(name, size, token, ratio), QIcon.Mode.Normal)
        made.addPixmap(pixmap(name, size, "disabled", ratio), QIcon.Mode.Disabled)
    return made


_MARK = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 52 52"><rect width="52" height="52" rx="12" fill="{fill}"/>'
    '<g fill="none" stroke="{line}" stroke-width="3.2" stroke-linecap="round" stroke-linejoin="round">'
    '<path d="M9.5 38.5h34"/><path d="M14 38.5V17.5a1.5 1.5 0 0 1 1.5-1.5h5a1.5 1.5 0 0 1 1.5 1.5v21"/>'
    '<path d="M22 38.5V23.5a1.5 1.5 0 0 1 1.5-1.5h5.5a1.5 1.5 0 0 1 1.5 1.5v15"/>'
    '<path d="M34.5 31.5l3 3 5.5-8"/></g></svg>'
)


def mark(size: int = 52, ratio: float = 1.0) -> QPixmap:
    """PatronDesk's own mark: two books on a desk and a tick."""
    from PySide6.QtSvg import QSvgRenderer

    tokens = theme.current()
    side = round(size * ratio)
    made = QPixmap(QSize(side, side))
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    QSvgRenderer(QByteArray(_MARK.format(fill=tokens.accent_fill, line=tokens.on_accent).encode())).render(painter)
    painter.end()
    made.setDevicePixelRatio(ratio)
    return made
