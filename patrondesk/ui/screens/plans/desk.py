"""Everything the Purge plans page asks and does in the library, off the window's thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from patrondesk.exporters import for_file
from patrondesk.records.ids import PatronId, PlanId
from patrondesk.records.plans import Drift, KeptPlan, PlanLine, Review
from patrondesk.records.staff import Permission
from patrondesk.records.tables import Written
from patrondesk.reports import plan_review
from patrondesk.services import candidates
from patrondesk.services.office import Office
from patrondesk.services.purging import plans, review_files, reviewing
from patrondesk.services.purging.review_files import ReviewFile
from patrondesk.ui.shell.runner import Failed, Runner

KEPT_FOR = plans.KEPT_FOR


@dataclass(frozen=True, slots=True)
class Waiting:
    """The plans that wait, and of how many patrons of each something became different."""

    lines: tuple[PlanLine, ...]
    drift: Mapping[PlanId, int]


@dataclass(frozen=True, slots=True)
class Opened:
    """One plan, what became different since it was made, and the portraits there are."""

    plan: KeptPlan
    drift: Mapping[PatronId, Drift]
    pictures: Mapping[PatronId, bytes]


@dataclass(frozen=True, slots=True)
class ReadBack:
    """A reviewed file, and what reading it back would change."""

    file: ReviewFile
    review: Review


class Desk:
    """The page's hands."""

    def __init__(self, office: Office, runner: Runner) -> None:
        self.office = office
        self._runner = runner

    @property
    def may(self) -> bool:
        """Whether the person at the desk may purge, and so see plans."""
        actor = self.office.actor
        return actor is not None and actor.may(Permission.PURGE)

    def list(self, done: Callable[[Waiting], None], failed: Failed) -> None:
        """Reads the plans that wait."""
        office = self.office
        self._runner.ask(
            "plans.list", lambda: Waiting(tuple(plans.list_plans(office)), reviewing.count_drift(office)), done, failed
        )

    def open(self, plan_id: PlanId, done: Callable[[Opened], None], failed: Failed) -> None:
        """Reads one with everybody on it."""
        self._runner.ask("plans.one", lambda: _opened(self.office, plan_id), done, failed)

    def forget(self) -> None:
        """The plan that is being read is not wanted any more."""
        self._runner.forget("plans.one")

    def strike(self, plan_id: PlanId, ids: Sequence[PatronId], note: str, done: Callable[[int], None], failed: Failed) -> None:
        """Strikes patrons out."""
        chosen = tuple(ids)
        self._runner.do(lambda: plans.strike(self.office, plan_id, chosen, note), done, failed)

    def put_back(self, plan_id: PlanId, ids: Sequence[PatronId], done: Callable[[int], None], failed: Failed) -> None:
        """Puts patrons on the plan again."""
        chosen = tuple(ids)
        self._runner.do(lambda: plans.put_back(self.office, plan_id, chosen), done, failed)

    def discard(self, plan_id: PlanId, done: Callable[[None], None], failed: Failed) -> None:
        """Discards a plan."""
        self._runner.do(lambda: plans.discard(self.office, plan_id), done, failed)

    def export(self, plan_id: PlanId, path: Path, done: Callable[[Written], None], failed: Failed) -> None:
        """Writes a plan as it is now into a file to be reviewed."""
        self._runner.ask("plans.export", lambda: _export(self.office, plan_id, path), done, failed)

    def read_back(self, plan_id: PlanId, path: Path, done: Callable[[ReadBack], None], failed: Failed) -> None:
        """Reads a reviewed file, and foretells what it changes."""
        office = self.office

        def work() -> ReadBack:
            file = review_files.read_review_file(path)
            return ReadBack(file, review_files.foresee_review(office, plan_id, file))

        self._runner.ask("plans.review", work, done, failed)

    def apply(self, plan_id: PlanId, file: ReviewFile, done: Callable[[Review], None], failed: Failed) -> None:
        """Does what the file says."""
        self._runner.do(lambda: review_files.apply_review(self.office, plan_id, file), done, failed)


def _opened(office: Office, plan_id: PlanId) -> Opened:
    plan = reviewing.read_plan(office, plan_id)
    drift = {one.id: one for one in reviewing.find_drift(office, plan_id)}
    pictures = candidates.portraits(office, [one.id for one in plan.patrons if one.has_portrait])
    return Opened(plan, drift, {key: content for key, (_, content) in pictures.items()})


def _export(office: Office, plan_id: PlanId, path: Path) -> Written:
    plan, clock = reviewing.read_plan(office, plan_id), office.clock
    report = plan_review.build(plan, clock.now(), clock.rehearsal, alone=path.suffix.lower() == ".csv")
    return for_file(path).write(report, path)
