"""The parts of the page that F6 visits, in order."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

Region = tuple[QWidget, Sequence[QWidget]]


def visit(regions: Sequence[Region], by: int) -> None:
    """Puts the focus into the next (1) or previous (-1) region, on the first of its widgets that can take it."""
    open_ones = []
    for region, firsts in regions:
        ready = [first for first in firsts if first.isVisible() and first.isEnabled()]
        if ready:
            open_ones.append((region, ready[0]))
    if not open_ones:
        return
    within = [number for number, (region, _) in enumerate(open_ones) if _has_focus(region)]
    # The pager lies within the table's card, so the innermost region counts.
    here = within[-1] if within else -1 if by > 0 else 0
    open_ones[(here + by) % len(open_ones)][1].setFocus(Qt.FocusReason.ShortcutFocusReason)


def _has_focus(region: QWidget) -> bool:
    return region.hasFocus() or any(child.hasFocus() for child in region.findChildren(QWidget))
