"""A person's rights, done from the details: the data downloaded, requests opened and closed, the patron deleted and undone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from patrondesk import messages
from patrondesk.errors import Refused
from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.records.access_requests import AccessRequest
from patrondesk.records.ids import PatronId, RequestId
from patrondesk.records.patron_data import HandedOut
from patrondesk.records.purging import BatchResult
from patrondesk.records.staff import Permission
from patrondesk.services import access_requests, deleting, patron_data
from patrondesk.services.office import Office
from patrondesk.ui.screens.patrons import rights_words as words
from patrondesk.ui.screens.patrons.delete_dialog import ForGoodDialog, NoStatisticsDialog
from patrondesk.ui.screens.patrons.doing import Doing
from patrondesk.ui.screens.patrons.download_dialog import DownloadDialog, ask_where
from patrondesk.ui.screens.patrons.reading import DetailsView
from patrondesk.ui.screens.patrons.request_dialog import CloseRequestDialog, DueDialog, OpenRequestDialog
from patrondesk.ui.screens.patrons.rights_reading import RightsView, read_rights
from patrondesk.ui.shell import banner, buttons, people
from patrondesk.ui.shell.offers import missing_right, offer
from patrondesk.ui.shell.undoing.asking import Question, Undoing

GONE = ("patrons", "loans", "fines", "reservations", "items", "batches", "backups")
"""What a deletion and its undo change."""


class Rights(QObject):
    """Shares `doing` with what else is done about the patron on show: one thing at a time."""

    read = Signal(object)
    """A RightsView of the patron asked for last."""
    deleted = Signal(object)
    """The BatchResult of the patron on show, who is gone."""
    back = Signal(object)
    """The UndoResult: the patron is there again."""

    def __init__(self, doing: Doing) -> None:
        super().__init__(doing.over)
        self._doing = doing
        self.view: RightsView | None = None
        self._key = f"patron_rights_{id(self)}"
        self._undoing = Undoing(doing.over, doing.office, doing.runner)
        self._undoing.undone.connect(self.back)
        self._undoing.failed.connect(doing.failed)

    # ------------------------------------------------------------------ reading

    def ask_for(self, patron_id: PatronId) -> None:
        """Reads what is known of this patron's rights."""
        if self.view is not None and self.view.patron_id != patron_id:
            self.view = None
        office = self._doing.office
        self._doing.runner.ask(self._key, lambda: read_rights(office, patron_id), self._on_read, lambda _fault: None)

    def _on_read(self, view: RightsView) -> None:
        self.view = view
        self.read.emit(view)

    def may_not_download(self) -> str:
        """Why the person at the desk may not download, open or close; empty when they may."""
        return missing_right(self._doing.office.actor, Permission.DOWNLOAD_DATA, "download patrons' data")

    def may_not_delete(self) -> str:
        """Why the patron on show cannot be deleted by this person now, every reason a line; empty when it can be done."""
        missing = missing_right(self._doing.office.actor, Permission.DELETE_PATRON, "delete patrons")
        if missing:
            return missing
        return words.all_in_the_way(self.view) if self.view is not None else "Wait a moment."

    def why_not_delete(self) -> str:
        """The same in a few words, to stand beside the button; empty where nobody needs them."""
        may = not missing_right(self._doing.office.actor, Permission.DELETE_PATRON, "delete patrons")
        return words.why_not_delete(self.view) if may and self.view is not None else ""

    # ------------------------------------------------------------------ the data

    def download(self, view: DetailsView) -> None:
        """Asks as what and why, then where to; the file is written off the window's thread."""
        office, patron, over = self._doing.office, view.patron, self._doing.over
        waiting = self.view.open_requests if self.view is not None and self.view.patron_id == patron.id else ()

        def on_confirmed(code: str, reason: str, request: RequestId | None) -> None:
            called = patron.username or f"{patron.id}"
            ask_where(over, called, office.clock.today(), code, lambda path: write(path, reason, request))

        def write(path: Path, reason: str, request: RequestId | None) -> None:
            said = _saved_with_request if request is not None else _saved
            self._doing.do(
                lambda: patron_data.download(office, patron.id, path, reason=reason, request_id=request), said, "downloads"
            )

        dialog = DownloadDialog(over, patron.name, waiting)
        dialog.confirmed.connect(on_confirmed)
        dialog.open()

    # ------------------------------------------------------------------ requests

    def open_request(self, view: DetailsView) -> None:
        """Asks by which rule and until when."""
        office, patron = self._doing.office, view.patron
        rule = self.view.rule if self.view is not None else "ferpa"

        def on_confirmed(rule: str, since: dt.date, due: dt.date, comment: str) -> None:
            self._doing.do(
                lambda: access_requests.open_request(
                    office, patron.id, rule=rule, opened_on=since, due_on=due, comment=comment
                ),
                f"The request is open. It is to be answered until {messages.day(due)}.", "patrons", "requests",
            )  # fmt: skip

        dialog = OpenRequestDialog(self._doing.over, patron.name, rule, office.clock.today())
        dialog.confirmed.connect(on_confirmed)
        dialog.open()

    def close_request(self, request: AccessRequest) -> None:
        """Asks what came of it."""
        office = self._doing.office
        dialog = CloseRequestDialog(self._doing.over, request)
        dialog.confirmed.connect(
            lambda outcome: self._doing.do(
                lambda: access_requests.close_request(office, request.id, outcome),
                "The request is closed. It holds the record no longer.", "patrons", "requests",
            )
        )  # fmt: skip
        dialog.open()

    def change_day(self, request: AccessRequest) -> None:
        """Asks until when it is to be answered instead."""
        office = self._doing.office

        def on_confirmed(due: dt.date) -> None:
            self._doing.do(
                lambda: access_requests.change_due(office, request.id, due),
                f"The request is to be answered until {messages.day(due)}.", "patrons", "requests",
            )  # fmt: skip

        dialog = DueDialog(self._doing.over, request, office.clock.today())
        dialog.confirmed.connect(on_confirmed)
        dialog.open()

    # ------------------------------------------------------------------ deleting

    def delete(self, view: DetailsView) -> None:
        """Asks twice, then deletes off the window's thread."""
        rights = self.view
        if rights is None or rights.patron_id != view.patron.id or self.may_not_delete():
            return
        days, over = rights.undo_days, self._doing.over
        until = self._doing.office.clock.real_today() + dt.timedelta(days=days) if days else None

        def ask_again() -> None:
            second = ForGoodDialog(over, view.patron, view.portrait, until, rights.backs_up)
            second.accepted.connect(lambda: self._delete(view))
            second.open()

        first = NoStatisticsDialog(over, view.patron, view.portrait, len(view.past_loans))
        first.accepted.connect(ask_again)
        first.open()

    def _delete(self, view: DetailsView) -> None:
        office, patron_id = self._doing.office, view.patron.id
        self._run(lambda: _deleted(office, patron_id))

    def _run(self, work: Callable[[], BatchResult]) -> None:
        """As `Doing.do`, but what came of it is no sentence."""
        doing = self._doing
        if doing.busy:
            return
        doing.busy = True
        doing.began.emit()

        def on_done(result: BatchResult) -> None:
            doing.busy = False
            self.deleted.emit(result)

        def on_failed(fault: Exception) -> None:
            doing.busy = False
            doing.failed.emit(fault)

        doing.runner.do(work, on_done, on_failed)

    def told(self, result: BatchResult, see: Callable[[], object]) -> banner.Banner:
        """The notice of a deletion, with its undo. `see` shows it among the past purges."""
        name = result.purged[0].name if result.purged else "The patron"
        until = result.batch.undo_until
        second = f"Undo is possible until {messages.day(until)}." if until else words.NEVER_BACK
        shown = banner.Banner("done", f"{name} is deleted.", second)
        undo = shown.add_action(buttons.button("Undo...", icon="undo", name="delete_undo"))
        missing = missing_right(self._doing.office.actor, Permission.UNDO_PURGE, "undo a deletion")
        offer(undo, missing or ("" if until else words.NEVER_BACK))
        undo.clicked.connect(lambda: self._ask_undo(result))
        look = shown.add_action(buttons.button("See it", icon="file", name="delete_see", spoken="See it under past purges"))
        look.clicked.connect(lambda: see())
        return shown

    def _ask_undo(self, result: BatchResult) -> None:
        name = result.purged[0].name
        question = Question(
            "Undo the deletion", "delete_undo_dialog", f"Bring {name} back?",
            "The patron comes back as before, with past loans, fines, reservations, notes and blocks.", "Bring back",
        )  # fmt: skip
        self._undoing.ask(self._doing.over.window(), result.batch.id, None, question)


def _deleted(office: Office, patron_id: PatronId) -> BatchResult:
    """Deletes; what came in the way since the question is a refusal with every reason."""
    plan = deleting.make_plan(office, patron_id)
    held = plan.held[0].reasons if plan.held else ()
    if not held:
        result = purge.run(office, plan, Ticket())
        if result.batch.purged:
            return result
        held = result.refused[0].reasons if result.refused else ()
    holding = [reason for reason in held if not reason.overridden]
    why = "; ".join(reason.text for reason in holding)
    lifts = "; ".join(dict.fromkeys(reason.lifts for reason in holding if reason.lifts))
    said = people.lowered(why) or "the patron was gone already"
    raise Refused(f"Nothing was deleted: {said}.", people.raised(lifts) or "Look at the list again.", "HELD")


def _saved(done: HandedOut) -> str:
    return f"Saved as “{done.path.name}”, with {messages.count(done.records, 'record')}. The file holds personal data."


def _saved_with_request(done: HandedOut) -> str:
    return f"{_saved(done)} Close the request once it is handed over."
