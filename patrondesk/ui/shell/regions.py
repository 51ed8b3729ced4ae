"""The parts of a window that F6 visits, in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the window, and the widgets of it that take the focus: the first of them that can."""

    whole: QWidget
    firsts: tuple[QWidget, ...]

    @property
    def ready(self) -> QWidget | None:
        """Where the focus goes; None while nothing here can take it."""
        return next((one for one in self.firsts if one.isVisible() and one.isEnabled()), None)

    def holds_focus(self) -> bool:
        """Whether the focus is somewhere in this part."""
        focused: QWidget | None = self.whole.window().focusWidget()
        return focused is not None and (focused is self.whole or self.whole.isAncestorOf(focused))


def visit(regions: Sequence[Region], by: int) -> None:
    """Puts the focus into the next (1) or previous (-1) part, and after the last comes the first.

    Parts that can take no focus are passed over. From nowhere one goes on as from the first part.
    """
    open_ones = [region for region in regions if region.ready is not None]
    if not open_ones:
        return
    within = [number for number, region in enumerate(open_ones) if region.holds_focus()]
    # The pager lies within the table's card, so the innermost part counts.
    here = within[-1] if within else 0
    goal = open_ones[(here + by) % len(open_ones)].ready
    if goal is not None:
        goal.setFocus(Qt.FocusReason.ShortcutFocusReason)
