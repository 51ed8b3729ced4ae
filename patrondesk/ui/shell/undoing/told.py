"""What is told after an undo: a notice with what came back, and a list of everything that is not as it was."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from patrondesk import messages
from patrondesk.records.undoing import UndoResult
from patrondesk.services.purging import undo_words
from patrondesk.ui.shell import banner, buttons, dialogs, fitting, tables
from patrondesk.ui.shell.tables import Column

_INLINE = 2
_TALLEST, _ROW, _HEAD = 8, 46, 44


def notice(done: UndoResult, page: QWidget) -> banner.Banner:
    """What came back, and what is different: said in the notice, or listed behind its button where it is more."""
    different = undo_words.differences(done)
    seconds = [f"{done.already:,} had been brought back before."] if done.already else []
    if 0 < len(different) <= _INLINE:
        seconds += [f"{name}: {sentence}" for name, sentence in different]
    elif different:
        seconds.append(f"{messages.count(len(different), 'thing is', 'things are')} not as before the purge.")
    made = banner.Banner("look" if different else "done", undo_words.back(done), " ".join(seconds))
    if len(different) > _INLINE:
        see = made.add_action(buttons.button("See what is different...", name="undo_differences"))
        see.clicked.connect(lambda: DifferencesDialog(page.window(), done).open())
    return made


class DifferencesDialog(dialogs.Dialog):
    """Everything that is not as it was before the purge, by patron."""

    def __init__(self, parent: QWidget, done: UndoResult) -> None:
        super().__init__(parent, "What is different", dialogs.WIDEST, "undo_differences_dialog")
        different = undo_words.differences(done)
        self.question(f"{messages.count(len(different), 'thing is', 'things are')} not as before the purge")
        columns = _columns()
        view, model = tables.table("What is different, by patron", columns, "undo_differences_table")
        fitting.fit(view, columns, least={0: 150})
        model.show_records(different)
        view.setMinimumHeight(_HEAD + _ROW * min(_TALLEST, len(different)))
        self.body.addWidget(view)
        close = self.add_decision(buttons.button("Close", "main", name="undo_differences_close"))
        close.clicked.connect(self.reject)
        view.setCurrentIndex(model.index(0, 0))
        view.setFocus(Qt.FocusReason.OtherFocusReason)


def _columns() -> Sequence[Column[tuple[str, str]]]:
    return (
        Column("Patron", lambda pair: pair[0], 220, tip=lambda pair: pair[0]),
        Column("What is different", lambda pair: pair[1], tip=lambda pair: pair[1]),
    )
