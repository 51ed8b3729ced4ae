"""The page's commands with their keys, as actions that a menu can show too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its name, words for a menu, and keys."""

    name: str
    words: str
    keys: tuple[str, ...]


COMMANDS = (
    Command("search", "Search", ("Ctrl+F", "/")),
    Command("reason", "Filter by reason", ("Ctrl+R",)),
    Command("tag_all", "Tag all displayed", ("Ctrl+A",)),
    Command("untag_all", "Untag all displayed", ("Ctrl+Shift+A",)),
    Command("why", "Why not...", ("Ctrl+I",)),
    Command("previous", "Previous page", ("Ctrl+PgUp",)),
    Command("next", "Next page", ("Ctrl+PgDown",)),
    Command("go_to", "Go to page", ("Ctrl+G",)),
    Command("preview", "Preview...", ("Ctrl+Shift+P",)),
    Command("purge", "Purge checked patrons...", ("Ctrl+Del",)),
    Command("undo", "Undo the last purge...", ("Ctrl+Z",)),
    Command("read", "Read again", ("F5",)),
    Command("next_region", "Next part of the page", ("F6",)),
    Command("previous_region", "Previous part of the page", ("Shift+F6",)),
)


def make_actions(page: QWidget, does: Mapping[str, Callable[[], object]]) -> dict[str, QAction]:
    """An action for every command, in force while the focus is within the page. `does`: what each command calls."""
    made = {}
    for command in COMMANDS:
        action = QAction(command.words, page)
        action.setObjectName(f"purge_action_{command.name}")
        action.setShortcuts([QKeySequence(keys) for keys in command.keys])
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        call = does[command.name]
        action.triggered.connect(lambda _checked=False, call=call: call())
        page.addAction(action)
        made[command.name] = action
    return made
