"""A notice that something in the library changed, so that every other screen reads again."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal


@dataclass(frozen=True, slots=True)
class Change:
    """What changed, in the words of tables (`patrons`, `loans`, `fines`, ...), and who caused it.

    `initiator` is the screen that did it, which has shown the result already; None when it came from elsewhere.
    """

    what: frozenset[str]
    initiator: object | None = field(default=None, compare=False)

    def touches(self, *words: str) -> bool:
        """Whether any of these words changed."""
        return not self.what.isdisjoint(words)


class Changes(QObject):
    """One per window."""

    changed = Signal(object)
    """Carries a Change."""

    def tell(self, *what: str, initiator: object | None = None) -> None:
        """Tells every screen that these changed."""
        self.changed.emit(Change(frozenset(what), initiator))
