"""A person's rights on the details: the buttons in the head, the card beside, and what is told once a patron is deleted."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from patrondesk.records.purging import BatchResult
from patrondesk.records.undoing import UndoResult
from patrondesk.ui.screens.patrons.details_layout import DetailsLayout
from patrondesk.ui.screens.patrons.doing import Doing
from patrondesk.ui.screens.patrons.reading import DetailsView
from patrondesk.ui.screens.patrons.requests_card import RequestsCard
from patrondesk.ui.screens.patrons.rights import Rights
from patrondesk.ui.screens.patrons.rights_reading import RightsView
from patrondesk.ui.shell import buttons, fonts, text, widths
from patrondesk.ui.shell.offers import offer
from patrondesk.ui.shell.undoing.told import notice

_WAIT = "Wait a moment."
_WHY_WIDE, _UNBOUND = 250, 16_777_215
_SHORT_BELOW = 1000
"""Of a window narrower than this, at 100 % text, the buttons say less."""


class RightsPart(QObject):
    """Puts itself into `parts`. `show_view` for whom; `offer` when what runs begins or ends."""

    offered = Signal()
    """What may be done changed: the buttons say what."""
    gone = Signal()
    """The patron on show is deleted, and said so."""
    back = Signal()
    """And is there again."""
    batch_asked = Signal(object)
    """A BatchId: the deletion is to be shown among the past purges."""

    def __init__(self, doing: Doing, parts: DetailsLayout) -> None:
        super().__init__(doing.over)
        self._parts, self._rights, self._doing = parts, Rights(doing), doing
        self._view: DetailsView | None = None
        self.download_button = buttons.button("Download patron data...", icon="download", name="details_download")
        self.delete_button = buttons.button("Delete patron...", "tinted", "trash", "details_delete")
        self.why = text.label("", fonts.SMALL, fonts.REGULAR, "text2")
        self.why.setObjectName("details_delete_why")
        self.why.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.why.hide()
        self.card = RequestsCard()
        parts.head.more_actions.addStretch(1)
        parts.head.more_actions.addWidget(self.download_button)
        parts.head.more_actions.addWidget(self.delete_button)
        parts.head.below_actions.addWidget(self.why, 0, Qt.AlignmentFlag.AlignRight)
        parts.more_cards.addWidget(self.card)
        self._connect()

    def _connect(self) -> None:
        rights = self._rights
        for asked, call in (
            (self.download_button.clicked, rights.download), (self.delete_button.clicked, rights.delete),
            (self.card.open_asked, rights.open_request),
        ):  # fmt: skip
            asked.connect(lambda *_, call=call: self._with_view(call))
        self.card.close_asked.connect(rights.close_request)
        self.card.day_asked.connect(rights.change_day)
        rights.read.connect(self._on_read)
        rights.deleted.connect(self._on_deleted)
        rights.back.connect(self._on_back)

    def _with_view(self, call: Callable[[DetailsView], None]) -> None:
        if self._view is not None:
            call(self._view)

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """The buttons of the head."""
        return self.download_button, self.delete_button

    def show_view(self, view: DetailsView) -> None:
        """Shows what is known of this patron's rights once it is read."""
        self._view = view
        self._rights.ask_for(view.patron.id)
        self.offer()

    def offer(self) -> None:
        """Switches the buttons, and says beside them why a patron cannot be deleted."""
        wait = _WAIT if self._doing.busy else ""
        offer(self.download_button, wait or self._rights.may_not_download(), "All that is held about the person, as a file")
        offer(self.delete_button, wait or self._rights.may_not_delete(), "Unlike a purge this keeps no statistics")
        said = self._rights.why_not_delete()
        self.why.setText(said)
        self.why.setVisible(bool(said))
        self.offered.emit()

    def fit(self, width: int) -> None:
        """Takes the room of a window of this width; what is read aloud stays whole."""
        short = width < widths.scaled(_SHORT_BELOW)
        self.download_button.setText("Download..." if short else "Download patron data...")
        self.delete_button.setText("Delete..." if short else "Delete patron...")
        self.why.setWordWrap(short)
        self.why.setMinimumWidth(widths.scaled(_WHY_WIDE) if short else 0)
        self.why.setMaximumWidth(widths.scaled(_WHY_WIDE) if short else _UNBOUND)

    def _on_read(self, view: RightsView) -> None:
        if self._view is not None and self._view.patron.id == view.patron_id:
            self.card.show_rights(view, self._rights.may_not_download())
            self.offer()
            self._parts.rest()

    def _on_deleted(self, result: BatchResult) -> None:
        self._view = None
        self._parts.show_gone()
        self._parts.gone.say("This patron is deleted", "The record and everything personal about it left the library.")
        self._parts.put(self._rights.told(result, lambda: self.batch_asked.emit(result.batch.id)))
        self.gone.emit()

    def _on_back(self, done: UndoResult) -> None:
        self._parts.put(notice(done, self._doing.over))
        self.back.emit()
