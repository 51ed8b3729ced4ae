"""From the wish to undo to the undo: looks for clashes, asks, has the new values checked, brings everybody back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from patrondesk.records.ids import BatchId, PatronId
from patrondesk.records.undoing import Resolutions, UndoClash
from patrondesk.services.office import Office
from patrondesk.ui.shell import dialogs, errors
from patrondesk.ui.shell.runner import Runner
from patrondesk.ui.shell.undoing.clash_dialog import ClashDialog


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the dialog's title and object name, the question itself, what an undo does, and the words for yes."""

    title: str
    name: str
    question: str
    explained: str
    yes: str


@dataclass(frozen=True, slots=True)
class _Asked:
    parent: QWidget
    batch_id: BatchId
    only: Sequence[PatronId] | None
    question: Question
    pictures: Mapping[PatronId, bytes]


class Undoing(QObject):
    """One undo at a time, for one page."""

    agreed = Signal(object)
    """The question was answered with yes, and the library is being changed. Carries the widget over which it was asked."""
    undone = Signal(object)
    """The UndoResult."""
    failed = Signal(object)
    """What went wrong, where no dialog could say it."""

    def __init__(self, page: QWidget, office: Office, runner: Runner) -> None:
        super().__init__(page)
        self._office, self._runner = office, runner

    def ask(
        self, parent: QWidget, batch_id: BatchId, only: Sequence[PatronId] | None, question: Question,
        pictures: Mapping[PatronId, bytes] | None = None,
    ) -> None:  # fmt: skip
        """Opens the question over `parent`, with what clashes if anything does."""
        from patrondesk.services.purging import undo

        asked = _Asked(parent, batch_id, only, question, pictures or {})
        office = self._office
        self._runner.ask(
            "undo.clashes",
            lambda: undo.find_clashes(office, batch_id, only),
            lambda clashes: self._open(asked, clashes),
            lambda fault: self._fail(asked, fault),
        )

    def _open(self, asked: _Asked, clashes: Sequence[UndoClash]) -> None:
        if not isValid(asked.parent):
            return
        words = asked.question
        if any(clash.of_patron for clash in clashes):
            choosing = ClashDialog(
                asked.parent, words.title, words.name, words.question, words.yes, clashes, asked.pictures
            )  # fmt: skip
            choosing.decided.connect(lambda decided: self._check(choosing, asked, decided))
            choosing.open()
            return
        plain = dialogs.ask(asked.parent, words.title, words.question, words.explained, words.yes, name=words.name)
        plain.accepted.connect(lambda: self._undo(asked, {}))
        plain.open()

    def _check(self, dialog: ClashDialog, asked: _Asked, decided: Resolutions) -> None:
        from patrondesk.services.purging import undo

        office = self._office

        def checked(wrong: dict[tuple[PatronId, str], str]) -> None:
            if not isValid(dialog) or not dialog.isVisible():
                return
            dialog.show_wrong(wrong)
            if not wrong:
                dialog.accept()
                self._undo(asked, decided)

        def failed(fault: Exception) -> None:
            if isValid(dialog):
                dialog.reject()
            self._fail(asked, fault)

        self._runner.ask(
            "undo.check", lambda: undo.check_resolutions(office, asked.batch_id, decided, asked.only), checked, failed
        )

    def _undo(self, asked: _Asked, decided: Resolutions) -> None:
        from patrondesk.services.purging import undo

        office = self._office
        self.agreed.emit(asked.parent)
        self._runner.do(lambda: undo.undo_batch(office, asked.batch_id, asked.only, decided), self.undone.emit, self.failed.emit)

    def _fail(self, asked: _Asked, fault: Exception) -> None:
        if isValid(asked.parent) and isinstance(asked.parent, dialogs.Dialog) and asked.parent.isVisible():
            errors.as_dialog(asked.parent, fault).open()
        else:
            self.failed.emit(fault)
