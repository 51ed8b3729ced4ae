"""The buttons at the foot of the dialog; one that is off says why."""

from __future__ import annotations

from patrondesk.records.staff import Actor, Permission
from patrondesk.ui.screens.loans import words
from patrondesk.ui.screens.loans.reading import PatronLoans
from patrondesk.ui.shell import buttons
from patrondesk.ui.shell.offers import missing_right, offer


class FootButtons:
    """*Mark all as lost and purge...*, *Mark all as lost*, *Close*, *Apply decisions*."""

    def __init__(self) -> None:
        self.mark_and_purge = buttons.button(words.MARK_AND_PURGE, "tinted", "trash", "loans_mark_all_lost_and_purge")
        self.mark_all = buttons.button("Mark all as lost", "ordinary", "lost", "loans_mark_all_lost")
        self.close = buttons.button("Close", name="loans_close", tip="What is not applied is left as it is.")
        self.apply = buttons.button("Apply decisions", "main", name="loans_apply")

    def may_not_change(self, actor: Actor | None) -> str:
        """Why this person may not change loans; empty where they may."""
        return missing_right(actor, Permission.CIRCULATION, "change loans")

    def offer(self, view: PatronLoans | None, actor: Actor | None, busy: bool, decided: bool) -> None:
        """Switches the buttons. `view` None: nothing is read yet; `decided`: some loan is not left open."""
        wait = "Wait a moment." if view is None or busy else ""
        may, free = self.may_not_change(actor), view is not None and view.free
        closed = "" if view is None or view.open else words.NO_LOAN_OPEN
        active = "" if view is None or not view.patron.enabled else "The patron is still active. Deactivate the patron first."
        purge = missing_right(actor, Permission.PURGE, "purge patrons") or active
        offer(self.mark_all, wait or closed or may, words.mark_all(view) if view else "")
        # With nothing left to mark, the same button goes on to the purge.
        self.mark_and_purge.setText("Purge..." if free else words.MARK_AND_PURGE)
        self.mark_and_purge.setAccessibleName(self.mark_and_purge.text())
        offer(self.mark_and_purge, wait or (purge if free else closed or may or purge))
        offer(self.apply, wait or closed or may or ("" if decided else "Choose what happened to an item first."))
        self.close.setEnabled(not busy)
