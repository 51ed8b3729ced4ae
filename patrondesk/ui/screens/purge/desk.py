"""Everything the User Purge page asks and does in the library, off the window's thread, through the shell's runner.

Only what the first look at the page needs is read with this module; the rest when it is first asked for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from patrondesk.jobs.ticket import Progress, Ticket
from patrondesk.records.ids import BatchId, PatronId, PlanId
from patrondesk.records.patrons import CandidatesCounts, CandidatesPage, CandidatesQuery
from patrondesk.records.purging import BatchLine, BatchResult, Plan
from patrondesk.records.staff import Permission
from patrondesk.services import candidates, policy
from patrondesk.services.office import Office
from patrondesk.services.policy import Policy
from patrondesk.ui.shell.runner import Failed, Runner
from patrondesk.ui.shell.undoing.asking import Undoing

if TYPE_CHECKING:
    from patrondesk.records.desk import Problem
    from patrondesk.records.plans import Drift
    from patrondesk.records.tables import Written

CHUNK = 20
Pictures = dict[PatronId, tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Look:
    """A page as it is now, and those tagged elsewhere who cannot go any more: each with what is in the way."""

    query: CandidatesQuery
    page: CandidatesPage
    lost: tuple[tuple[PatronId, str], ...]


@dataclass(frozen=True, slots=True)
class Thawed:
    """A kept plan as it is to be run, how many of it were struck out, what became different, and the portraits."""

    id: PlanId
    plan: Plan
    struck: int
    drift: tuple[Drift, ...]
    pictures: dict[PatronId, bytes]


class Desk:
    """The page's hands. Each read has a key of its own, under which an older answer is dropped."""

    def __init__(self, office: Office, runner: Runner) -> None:
        self.office = office
        self._runner = runner
        self._policy: Policy | None = None

    def may(self, permission: Permission) -> bool:
        """Whether the person at the desk is allowed to; only to close a control and say why."""
        return self.office.actor is not None and self.office.actor.may(permission)

    @property
    def makes_backups(self) -> bool:
        """Whether a purge begins with a backup: on a server only if the library is known to want it."""
        return self.office.database.is_file or (self._policy is not None and self._policy.server_backup_before_purge)

    def today(self) -> dt.date:
        """The calendar day of the real clock."""
        return self.office.clock.real_today()

    def look(self, query: CandidatesQuery, elsewhere: Sequence[PatronId], done: Callable[[Look], None], failed: Failed) -> None:
        """Reads a page (the last one, when the wanted one is beyond the end) and asks after the tagged ones elsewhere."""
        office, watched = self.office, list(elsewhere) if self.may(Permission.PURGE) else []
        self._runner.ask("purge.page", lambda: _look(office, query, watched), done, failed)

    def counts(self, search: str, done: Callable[[CandidatesCounts], None], failed: Failed) -> None:
        """How many can go and what holds the others."""
        self._runner.ask("purge.counts", lambda: candidates.candidates_counts(self.office, search), done, failed)

    def pictures(self, ids: list[PatronId], done: Callable[[Pictures], None], failed: Failed) -> None:
        """The portraits of these patrons."""
        self._runner.ask("purge.pictures", lambda: candidates.portraits(self.office, ids), done, failed)

    def policy(self, done: Callable[[Policy], None], failed: Failed) -> None:
        """The library's policy."""

        def known(read: Policy) -> None:
            self._policy = read
            done(read)

        self._runner.ask("purge.policy", lambda: policy.current_policy(self.office), known, failed)

    def history(self, done: Callable[[list[BatchLine]], None], failed: Failed) -> None:
        """All purges, the newest first."""
        from patrondesk.services.purging import batch_reading as batches

        self._runner.ask("purge.history", lambda: batches.list_batches(self.office), done, failed)

    def plan(self, ids: Sequence[PatronId], query: CandidatesQuery, done: Callable[[Plan], None], failed: Failed) -> None:
        """Freezes these patrons, in this order."""
        from patrondesk.services.purging import plan as plans

        # What was searched for may be a name: it is not kept.
        criteria = {
            "page": query.page, "page_size": query.page_size, "reason": query.reason, "sort": query.sort,
            "descending": query.descending, "searched": bool(query.search),
        }  # fmt: skip
        wanted = tuple(ids)
        self._runner.ask(
            "purge.plan", lambda: plans.make_plan(self.office, wanted, source="page", criteria=criteria), done, failed
        )

    def run(
        self, plan: Plan, kept: PlanId | None, progress: Callable[[Progress], None], done: Callable[[BatchResult], None],
        failed: Failed,
    ) -> Ticket:  # fmt: skip
        """Runs a plan, of the kept plan `kept` where there is one; its ticket stops it between chunks."""
        from patrondesk.jobs import purge

        office = self.office
        return self._runner.long(
            lambda ticket: purge.run(office, plan, ticket, plan_id=kept, chunk=CHUNK), progress, done, failed
        )

    def left(self, batch: BatchId, done: Callable[[tuple[PatronId, ...]], None], failed: Failed) -> None:
        """Whom an unfinished purge did not reach."""
        from patrondesk.services.purging import plans as kept_plans

        self._runner.ask("purge.plan", lambda: kept_plans.find_left(self.office, batch), done, failed)

    def go_on(
        self, batch: BatchId, progress: Callable[[Progress], None], done: Callable[[BatchResult], None], failed: Failed
    ) -> Ticket:
        """Takes up a purge that was stopped or interrupted."""
        from patrondesk.jobs import purge

        office = self.office
        return self._runner.long(lambda ticket: purge.resume(office, batch, ticket, chunk=CHUNK), progress, done, failed)

    def look_for_residue(self, batch: BatchId, done: Callable[[list[Problem]], None], failed: Failed) -> None:
        """Looks for what is left of a purge's people, and notes the result with it."""
        from patrondesk.services import residue

        self._runner.do(lambda: residue.check_residue(self.office, batch), done, failed)

    def keep(self, plan: Plan, done: Callable[[PlanId], None], failed: Failed) -> None:
        """Keeps a plan, to be reviewed and run later."""
        from patrondesk.services.purging import plans as kept_plans

        self._runner.do(lambda: kept_plans.save_plan(self.office, plan), done, failed)

    def thaw(self, plan_id: PlanId, done: Callable[[Thawed], None], failed: Failed) -> None:
        """Reads a kept plan as it is to be run."""
        self._runner.ask("purge.plan", lambda: _thaw(self.office, plan_id), done, failed)

    def drift(self, plan_id: PlanId, done: Callable[[list[Drift]], None], failed: Failed) -> None:
        """What became different about the patrons of a plan since it was made."""
        from patrondesk.services.purging import reviewing

        self._runner.ask("purge.drift", lambda: reviewing.find_drift(self.office, plan_id), done, failed)

    def undoing(self, page: QWidget) -> Undoing:
        """What asks before an undo, and does it."""
        return Undoing(page, self.office, self._runner)

    def batch(self, batch: BatchId, done: Callable[[BatchResult], None], failed: Failed) -> None:
        """A batch as it stands now."""
        from patrondesk.services.purging import batch_reading as batches

        self._runner.ask("purge.batch", lambda: batches.read_batch(self.office, batch), done, failed)

    def certify(self, parent: QWidget, batch: BatchId) -> None:
        """Issues a certificate of a batch and opens it over `parent`."""
        from patrondesk.ui.shell import certifying

        certifying.open_certificate(parent, self.office, self._runner, batch)

    def export(self, result: BatchResult, path: Path, done: Callable[[Written], None], failed: Failed) -> None:
        """Writes the result as a spreadsheet."""
        from patrondesk.exporters import excel
        from patrondesk.reports import purged_patrons

        clock = self.office.clock
        self._runner.ask(
            "purge.export", lambda: excel.write(purged_patrons.build(result, clock.now(), clock.rehearsal), path), done, failed
        )

    def set_aside(self, patron: PatronId, code: str, comment: str, done: Callable[[None], None], failed: Failed) -> None:
        """Sets a reason aside for a patron."""
        from patrondesk.services import overrides

        self._runner.do(lambda: overrides.add_override(self.office, patron, code, comment), done, failed)

    def withdraw(self, patron: PatronId, code: str, done: Callable[[bool], None], failed: Failed) -> None:
        """Lets a reason hold again."""
        from patrondesk.services import overrides

        self._runner.do(lambda: overrides.withdraw_override(self.office, patron, code), done, failed)

    def protect(self, patron: PatronId, reason: str, until: dt.date | None, done: Callable[[None], None], failed: Failed) -> None:
        """Flags a patron to be kept."""
        from patrondesk.services import patrons

        self._runner.do(lambda: patrons.protect(self.office, patron, reason, until), done, failed)


def _thaw(office: Office, plan_id: PlanId) -> Thawed:
    from patrondesk.services.purging import reviewing

    plan, shown = reviewing.thaw(office, plan_id), reviewing.read_plan(office, plan_id)
    pictures = candidates.portraits(office, [one.id for one in plan.patrons if one.has_portrait])
    told = {key: content for key, (_, content) in pictures.items()}
    return Thawed(plan_id, plan, shown.line.struck, tuple(reviewing.find_drift(office, plan_id)), told)


def _look(office: Office, query: CandidatesQuery, watched: list[PatronId]) -> Look:
    page = candidates.candidates(office, query)
    if not page.rows and page.total:
        query = replace(query, page=page.pages)
        page = candidates.candidates(office, query)
    shown = {row.id for row in page.rows}
    away = [key for key in watched if key not in shown]
    if not away:
        return Look(query, page, ())
    from patrondesk.services.purging import plan as plans

    plan = plans.make_plan(office, away, source="page")
    there = {patron.id for patron in plan.patrons}
    lost = [(patron.id, "; ".join(r.text for r in patron.reasons if not r.overridden)) for patron in plan.held]
    lost += [(key, "no longer there") for key in away if key not in there]
    return Look(query, page, tuple(lost))
