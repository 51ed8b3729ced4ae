"""A reviewed plan read back from its file: every row accounted for, then all of it applied together or nothing."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from patrondesk import messages
from patrondesk.errors import Refused, Unusable
from patrondesk.exporters.excel.cells import fit
from patrondesk.importers import open_table
from patrondesk.importers.base import OpenOptions, Table
from patrondesk.models.base import table_of
from patrondesk.models.purge import PurgePlanLine
from patrondesk.records.ids import PlanId
from patrondesk.records.plans import KeptPatron, KeptPlan, Review, ReviewedRow, RowOutcome
from patrondesk.records.staff import Permission
from patrondesk.reports import plan_review
from patrondesk.services.door import Work, operation
from patrondesk.services.purging import plans, reviewing

_OUT = frozenset(("x", "×", "✓", "✔", "✗", "✘", "☑", "☒", "yes", "y", "true", "1"))
_STAYS = frozenset(("", "-", "–", "no", "n", "false", "0"))
_LEFT_OUT = (RowOutcome.CONFLICT, RowOutcome.NOT_OF_PLAN)
_SIGNS = re.compile("[\u2400-\u2421]")
_CODED = re.compile("(?:_x005F)+_")


@dataclass(frozen=True, slots=True)
class FileRow:
    """One row as it stands in the file. `flaw` says what is wrong with it as a row."""

    line: int
    key: str
    name: str
    out: str
    note: str
    plan: str
    library: str
    flaw: str = ""


@dataclass(frozen=True, slots=True)
class ReviewFile:
    """A file that was reviewed, by its name, with its rows."""

    name: str
    rows: tuple[FileRow, ...]


def read_review_file(path: Path) -> ReviewFile:
    """The rows of a file that `plans export` wrote (CSV, TSV, XLSX). Raises Unusable for anything else."""
    wanted = {_plain(column.heading): column.key for column in plan_review.READ_BACK}

    def count(cells: Sequence[str]) -> int:
        return sum(_plain(cell) in wanted for cell in cells)

    with open_table(str(path), OpenOptions(judge=count)) as table:
        places = {wanted[plain]: place for place, plain in enumerate(map(_plain, table.headings)) if plain in wanted}
        missing = [column.heading for column in plan_review.READ_BACK if column.key not in places]
        if missing:
            raise Unusable(
                f"“{path.name}” is no review of a plan: it has no column {messages.listed([f'“{word}”' for word in missing])}.",
                "Export the plan again, and put the marks into that file.",
                "NO_USABLE_COLUMN",
            )
        return ReviewFile(path.name, tuple(_rows(table, places)))


def _plain(heading: str) -> str:
    return " ".join(heading.lower().split())


def _rows(table: Table, places: Mapping[str, int]) -> Iterator[FileRow]:
    for line, cells, flaws in table.rows():
        told = {key: cells[place].strip() for key, place in places.items()}
        if not told["line"].isdecimal() and not any(text for key, text in told.items() if key != "line") and not flaws:
            continue  # a sentence below the table, such as that a rehearsal's dates are moved
        yield FileRow(
            line, told["line"], told["name"], told["take_out"], told["note"], told["plan"], told["library"],
            next((flaw.text for flaw in flaws if flaw.fatal), ""),
        )  # fmt: skip


@operation(Permission.PURGE, Permission.VIEW_PATRONS, reads=True)
def foresee_review(work: Work, plan_id: PlanId, file: ReviewFile) -> Review:
    """What reading the file back would change. Raises NotFound; Refused when the plan waits no more, or is another one."""
    plans.open_plan(work, plan_id, lock=False)
    return _judge(reviewing.look(work, plan_id), file)


@operation(Permission.PURGE, Permission.VIEW_PATRONS)
def apply_review(work: Work, plan_id: PlanId, file: ReviewFile) -> Review:
    """The same, done: all that can be followed at once, or nothing. What `foresee_review` says of the same plan it does."""
    plans.open_plan(work, plan_id)
    review = _judge(reviewing.look(work, plan_id), file)
    now, staff = work.clock.now(), work.actor.staff_id
    changes: dict[RowOutcome, dict[str, Any]] = {
        RowOutcome.TAKEN_OUT: {"struck_at": now, "struck_by_id": staff},
        RowOutcome.NOTED: {},
        RowOutcome.PUT_BACK: {"struck_at": None, "struck_by_id": None},
    }
    line = table_of(PurgePlanLine)
    for outcome, values in changes.items():
        told = [{"key": row.patron, "told": row.note} for row in review.rows if row.outcome is outcome]
        if told:
            here = sa.and_(line.c.plan_id == plan_id, line.c.patron_id == sa.bindparam("key"))
            work.session.connection().execute(sa.update(line).where(here).values(note=sa.bindparam("told"), **values), told)
    numbers = {outcome.value: review.number(outcome) for outcome in RowOutcome}
    work.record("plan.review", {"plan": plan_id, **numbers, "missing": review.missing})
    return review


def _judge(kept: KeptPlan, file: ReviewFile) -> Review:
    _check_plan(kept, file)
    people = {str(one.id): one for one in kept.patrons}
    again: dict[str, list[FileRow]] = defaultdict(list)
    for row in file.rows:
        again[row.key].append(row)
    rows, followed = [], set[str]()
    for row in file.rows:
        one = people.get(row.key)
        judged = _judge_row(kept, row, one)
        if one is not None and len({(_wish(r), r.note) for r in again[row.key]}) > 1:
            judged = _conflict(row, one, "The file has this patron more than once, and says different things.")
        elif judged.outcome not in _LEFT_OUT:
            if row.key in followed:
                settled = RowOutcome.OUT_ALREADY if _wish(row) else RowOutcome.STAYS
                judged = replace(judged, outcome=settled, text="The file has this patron more than once.")
            followed.add(row.key)
        rows.append(judged)
    review = Review(kept.line.id, tuple(rows), len(people.keys() - again.keys()))
    assert sum(review.number(outcome) for outcome in RowOutcome) == len(file.rows), "a row is not accounted for"
    return review


def _check_plan(kept: KeptPlan, file: ReviewFile) -> None:
    """Raises Refused when the file as a whole is about something else."""
    number, here = kept.line.id, plan_review.mark(kept.line)
    marks = [row.plan for row in file.rows if row.plan]
    if not marks or here in marks:
        libraries = {row.library for row in file.rows if row.plan == here and row.library}
        if libraries and not any(_alike(kept.library, said) for said in libraries):
            raise Refused(
                f"“{file.name}” is a review for another library. Nothing was changed.", "Choose that library, or another file.",
                "OTHER_LIBRARY",
            )  # fmt: skip
        return
    said = marks[0].partition(",")[0].strip()
    if said.isdecimal() and int(said) != number:
        text = f"“{file.name}” is a review of plan {int(said)}, not of plan {number}. Nothing was changed."
        raise Refused(text, f"Read it back to plan {int(said)}, or choose another file.", "OTHER_PLAN")
    raise Refused(
        f"“{file.name}” is a review of another plan {number}, from another library file. Nothing was changed.",
        "Export the plan again, and put the marks into that file.",
        "OTHER_PLAN",
    )


def _judge_row(kept: KeptPlan, row: FileRow, one: KeptPatron | None) -> ReviewedRow:
    if row.flaw:
        return _conflict(row, one, row.flaw)
    of_here = row.plan == plan_review.mark(kept.line) and _alike(kept.library, row.library)
    if one is None or not of_here:
        said = "The row is not of this plan." if row.key else "The row has no line number."
        return ReviewedRow(row.line, None, row.name, RowOutcome.NOT_OF_PLAN, None, said)
    if not one.gone and not _alike(one.name, row.name):
        return _conflict(row, one, f"Number {row.key} is {one.name}, and the row says “{row.name}”.")
    out = _wish(row)
    if out is None:
        return _conflict(row, one, f"“{row.out}” under “Take out” is neither an x nor blank.")
    note = one.note if one.note and _alike(one.note, row.note) else row.note or None
    if out:
        same = RowOutcome.OUT_ALREADY if note == one.note else RowOutcome.NOTED
        return ReviewedRow(row.line, one.id, one.name, same if one.struck else RowOutcome.TAKEN_OUT, note)
    said = "A note is kept only for those who are taken out." if row.note and not one.struck else ""
    return ReviewedRow(row.line, one.id, one.name, RowOutcome.PUT_BACK if one.struck else RowOutcome.STAYS, None, said)


def _conflict(row: FileRow, one: KeptPatron | None, text: str) -> ReviewedRow:
    return ReviewedRow(row.line, one.id if one else None, one.name if one else row.name, RowOutcome.CONFLICT, None, text)


def _wish(row: FileRow) -> bool | None:
    """Whether the row asks to take the patron out; None for a mark that is neither."""
    said = row.out.casefold()
    return True if said in _OUT else False if said in _STAYS else None


def _alike(ours: str, theirs: str) -> bool:
    """Whether a text came back as it was written, whatever the file could not hold, and whatever the guard before it."""
    return _bare(ours) in (_bare(theirs), _bare(theirs.removeprefix("'")))


def _bare(text: str) -> str:
    """Without spaces, and without what cannot be seen: a file writes those as signs, or drops them.

    A spreadsheet codes the first underscore of what would be read as a coded letter.
    """
    shown = unicodedata.normalize("NFC", _CODED.sub("_", _SIGNS.sub("", fit(text))))
    return "".join(c for c in shown if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf"))
