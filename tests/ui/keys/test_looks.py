"""The dialogs of keys, columns, printing and leaving, and a window beside, in each look: names, Tab order, no cut text."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from patrondesk.ui.shell import theme
from tests.ui import walking

pytestmark = pytest.mark.qt_log_ignore(
    "This plugin does not support (raise|grabbing the keyboard)|QPrinter|No printers", extend=True
)
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key
LOOKS = [("light", 100, (1366, 768)), ("dark", 130, (1366, 768)), ("contrast", 130, (1024, 700)), ("contrast", 100, (1024, 700))]


@pytest.mark.parametrize(("name", "scale", "size"), LOOKS, ids=lambda value: str(value).replace(", ", "x"))
def test_nothing_is_cut_nameless_or_out_of_order(make_hands, qapp, name, scale, size):
    hands = make_hands(*size)
    theme.apply(qapp, name, scale)
    hands.at_table("purge")
    found = []
    for key, mods, dialog in (
        (Key.Key_F1, Qt.KeyboardModifier.NoModifier, "keys_dialog"), (Key.Key_C, CTRL | SHIFT, "columns_dialog"),
        (Key.Key_P, CTRL, "print_dialog"),
    ):  # fmt: skip
        hands.key(key, mods)
        shown = hands.open_dialog(dialog)
        found += [f"{dialog}: {fault}" for fault in walking.faults(shown)]
        assert shown.height() <= 800 - 52, "dialogs are never taller than the screen"
        hands.key(Key.Key_Escape)
        hands.closed(dialog)
    hands.at_table("purge")
    hands.key(Key.Key_Return, CTRL)
    (beside,) = hands.desk.beside.windows
    hands.front(beside)
    hands.settle()
    found += [f"beside: {fault}" for fault in walking.faults(beside)]
    hands.front(hands.window)
    theme.set_compact(True)
    hands.settle()
    found += [f"compact: {fault}" for fault in walking.faults(hands.window)]
    assert found == []
