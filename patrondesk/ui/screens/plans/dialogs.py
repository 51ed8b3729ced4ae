"""The questions of the Purge plans page: why somebody is struck out, what reading a file back changes, discarding."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from patrondesk import messages
from patrondesk.records.plans import PlanLine, ReviewedRow
from patrondesk.ui.screens.plans import words
from patrondesk.ui.screens.plans.desk import ReadBack
from patrondesk.ui.screens.plans.words import Row
from patrondesk.ui.shell import buttons, dialogs, fitting, fonts, forms, tables, text
from patrondesk.ui.shell.tables import Column

_LONGEST = 2000


class NoteDialog(dialogs.Dialog):
    """Why patrons are struck out. `chosen(note)` is called when it is confirmed; a blank note is allowed."""

    def __init__(self, parent: QWidget, rows: Sequence[Row], chosen: Callable[[str], None]) -> None:
        super().__init__(parent, "Note", dialogs.NARROW, "plan_note_dialog")
        self._chosen = chosen
        one = rows[0]
        who = one.name if len(rows) == 1 else messages.count(len(rows), "patron")
        out = all(row.one.struck for row in rows)
        self.question(f"Why is {who} not to be purged?" if len(rows) == 1 else f"Why are {who} not to be purged?")
        hint = "Shown to whoever looks at the plan. It goes when the patron is purged or the plan is discarded."
        self.note = forms.Field("Note", QLineEdit(one.one.note or "" if len(rows) == 1 else ""), "plan_note", hint=hint)
        field = self.note.control
        assert isinstance(field, QLineEdit)
        field.setMaxLength(_LONGEST)
        field.returnPressed.connect(self._on_accept)
        self.body.addWidget(self.note)
        if not out:
            self.body.addWidget(text.Sentence(f"{who} {'is' if len(rows) == 1 else 'are'} struck out with it.", 13, "text2"))
        self.add_decision(buttons.button("Cancel", name="plan_note_cancel")).clicked.connect(self.reject)
        yes = self.add_decision(buttons.button("Keep the note" if out else "Strike out", "main", name="plan_note_accept"))
        yes.clicked.connect(self._on_accept)
        field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_accept(self) -> None:
        said = forms.typed(self.note).strip()
        self.accept()
        self._chosen(said)


class ReviewDialog(dialogs.Dialog):
    """What reading a reviewed file back would change. `accepted` means: do it."""

    def __init__(self, parent: QWidget, found: ReadBack) -> None:
        super().__init__(parent, "Read the review back", dialogs.WIDE, "plan_review_dialog")
        review = found.review
        number = review.changes
        changed = f"{messages.count(number, 'patron')} of the plan {'changes' if number == 1 else 'change'}"
        self.question(changed if number else "Nothing on the plan changes")
        said = text.Sentence(f"“{text.isolated(found.file.name)}” has {words.read_back(review)}")
        said.setObjectName("plan_review_text")
        self.body.addWidget(said)
        if review.missing:
            self.body.addWidget(text.Sentence(words.missing(review), fonts.LABEL, "text2"))
        told = [row for row in review.rows if row.text]
        if told:
            self.body.addWidget(text.label("What was met in the file", fonts.TEXT, fonts.SEMIBOLD))
            self.body.addWidget(_met(told), 1)
        self.add_foot_note("Nothing is changed yet." if number else "Nothing is to be done.")
        cancel = self.add_decision(buttons.button("Cancel" if number else "Close", name="plan_review_cancel"))
        cancel.clicked.connect(self.reject)
        if number:
            yes = buttons.button(f"Change {messages.count(number, 'patron')}", "main", name="plan_review_accept")
            self.add_decision(yes).clicked.connect(self.accept)
        cancel.setFocus(Qt.FocusReason.OtherFocusReason)


def _met(rows: Sequence[ReviewedRow]) -> QWidget:
    columns: tuple[Column[ReviewedRow], ...] = (
        Column("Row", lambda row: f"{row.line:,}", 60, align=tables.RIGHT),
        Column("Patron", lambda row: row.name, 190, tip=lambda row: row.name),
        Column("What was met", lambda row: row.text, tip=lambda row: row.text),
    )
    view, model = tables.table("What was met in the file", columns, "plan_review_met")
    fitting.fit(view, columns, least={2: 200})
    view.set_compact(True)
    model.show_records(rows)
    view.setMinimumHeight(160)
    return view


def discard_question(parent: QWidget, line: PlanLine) -> dialogs.Dialog:
    """Asks whether a plan is to be discarded; not yet open."""
    explained = "Nobody is purged. The list and the notes on it go, and do not come back."
    return dialogs.ask(
        parent, "Discard the plan", f"Discard plan {line.id}?", explained, "Discard the plan", name="plan_discard_dialog"
    )


def put_back_question(parent: QWidget, row: Row) -> dialogs.Dialog:
    """Asks before a note is lost; not yet open."""
    explained = f"The note goes: “{text.isolated(words.note(row))}”"
    return dialogs.ask(parent, "Put back", f"Put {row.name} on the plan again?", explained, "Put back", name="plan_back_dialog")
