"""Loads Inter from its package and makes fonts by size and weight, with figures of one width.

The package ships one variable file. Qt lists only its default cut on Linux, so a weight asked for in the ordinary way is
smeared or ignored; the weight axis gives the true cut. Style sheets cannot set that axis: they set no fonts here, `wear` does.
"""

from __future__ import annotations

import importlib.util
from functools import lru_cache
from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication, QWidget

REGULAR, MEDIUM, SEMIBOLD, BOLD = 400, 500, 600, 700
TITLE, QUESTION, SECTION, TEXT, LABEL, SMALL = 22, 20, 16, 14, 13, 12

_SIZE, _WEIGHT, _UNDERLINE = "type_size", "type_weight", "type_underline"
_state = {"scale": 100}


@lru_cache(maxsize=1)
def family() -> str:
    """The family to use: Inter, or the system's where its package is missing. Needs a QApplication."""
    spec = importlib.util.find_spec("fontpkg_inter")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for file in sorted(Path(folder).rglob("Inter*.ttf")):
            if "Italic" not in file.name:
                number = QFontDatabase.addApplicationFont(str(file))
                names = QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
                if names:
                    return names[0]
    return QApplication.font().family()


def scale() -> int:
    """The text size in per cent: 100, 115 or 130."""
    return int(_state["scale"])


def set_scale(per_cent: int) -> None:
    """Sets the text size in per cent; `theme.apply` then makes every widget wear it."""
    _state["scale"] = per_cent
    _made.cache_clear()


def font(size: int = TEXT, weight: int = REGULAR, underline: bool = False) -> QFont:
    """A font of `size` logical pixels at 100 %, scaled by the text size, with the true cut of `weight` (400 to 700)."""
    made = QFont(_made(size, weight, scale()))
    made.setUnderline(underline)
    return made


@lru_cache(maxsize=64)
def _made(size: int, weight: int, per_cent: int) -> QFont:
    made = QFont(family())
    made.setPixelSize(max(1, round(size * per_cent / 100)))
    made.setVariableAxis(QFont.Tag("wght"), float(weight))
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


def wear(widget: QWidget, size: int = TEXT, weight: int = REGULAR, underline: bool = False) -> None:
    """Gives the widget a font that follows the text size from now on."""
    widget.setProperty(_SIZE, size)
    widget.setProperty(_WEIGHT, weight)
    widget.setProperty(_UNDERLINE, underline)
    widget.setFont(font(size, weight, underline))


def wear_again(widget: QWidget) -> None:
    """Renews the font of a widget that wears one (after a change of text size)."""
    size = widget.property(_SIZE)
    if size is not None:
        widget.setFont(font(int(size), int(widget.property(_WEIGHT)), bool(widget.property(_UNDERLINE))))
