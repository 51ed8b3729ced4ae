"""The two questions before one patron is deleted: that nothing is kept, then whether it is to be for good."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from patrondesk.records.patrons import PatronDetails
from patrondesk.ui.screens.patrons import rights_words
from patrondesk.ui.shell import buttons, dialogs, fonts, people, text
from patrondesk.ui.shell.portraits import Portrait

NO_STATISTICS = "Unlike a purge this keeps no statistics."
_INSTEAD = "To keep the past loans for statistics, without the name, deactivate the patron and purge the record instead."


class NoStatisticsDialog(dialogs.Dialog):
    """The first question. `accepted` when one goes on to the second."""

    def __init__(self, parent: QWidget, patron: PatronDetails, portrait: bytes | None, past_loans: int) -> None:
        super().__init__(parent, "Delete patron", dialogs.NARROW, "delete_dialog")
        self.question(NO_STATISTICS)
        self.body.addLayout(_who(patron, portrait))
        going = text.Sentence(rights_words.going(text.isolated(patron.name), past_loans))
        going.setObjectName("delete_text")
        self.body.addWidget(going)
        if past_loans:
            self.body.addWidget(text.Sentence(_INSTEAD, fonts.LABEL, "text2"))
        cancel = self.add_decision(buttons.button("Cancel", name="delete_cancel"))
        cancel.clicked.connect(self.reject)
        self.add_decision(buttons.button("Go on...", name="delete_go_on")).clicked.connect(self.accept)
        cancel.setFocus(Qt.FocusReason.OtherFocusReason)


class ForGoodDialog(dialogs.Dialog):
    """The second question. `accepted` when the patron is to be deleted. `until`: the last day of an undo, None for none."""

    def __init__(
        self, parent: QWidget, patron: PatronDetails, portrait: bytes | None, until: dt.date | None, backs_up: bool
    ) -> None:
        super().__init__(parent, "Delete patron", dialogs.NARROW, "delete_confirm_dialog")
        self.question(f"Delete {text.isolated(patron.name)} for good?")
        self.body.addLayout(_who(patron, portrait))
        said = text.Sentence(rights_words.undo(until))
        said.setObjectName("delete_undo_text")
        self.body.addWidget(said)
        if backs_up:
            self.add_foot_note("A backup is made first.")
        cancel = self.add_decision(buttons.button("Cancel", name="delete_confirm_cancel"))
        cancel.clicked.connect(self.reject)
        delete = self.add_decision(buttons.button("Delete patron", "danger", "trash", "delete_confirm_accept"))
        delete.clicked.connect(self.accept)
        cancel.setFocus(Qt.FocusReason.OtherFocusReason)


def _who(patron: PatronDetails, portrait: bytes | None) -> QHBoxLayout:
    """Portrait, name, class, barcode and username together, so that it is the right person."""
    row = QHBoxLayout()
    row.setSpacing(12)
    row.addWidget(Portrait(patron.id, patron.name, 52, portrait))
    words = QVBoxLayout()
    words.setSpacing(2)
    words.addStretch(1)
    words.addWidget(text.Sentence(text.isolated(patron.name), fonts.TEXT, "text", fonts.SEMIBOLD))
    school = people.school_class(patron.year_level, patron.homeroom)
    words.addWidget(text.Sentence(people.dotted(school, patron.barcode, patron.username), fonts.LABEL, "text2"))
    words.addStretch(1)
    row.addLayout(words, 1)
    return row
