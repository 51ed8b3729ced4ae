"""A kept plan as a file to be reviewed: everybody on it, with room to take names out, to be read back afterwards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from patrondesk import messages
from patrondesk.records.plans import KeptPatron, KeptPlan, PlanLine
from patrondesk.records.tables import Column, Kind, Report, Row, Sheet

LINE = Column("line", "Line", Kind.IDENTIFIER, width=9)
NAME = Column("name", "Name", width=30)
TAKE_OUT = Column("take_out", "Take out", width=10, align="center", strong=True)
NOTE = Column("note", "Note", width=36, wrap=True)
PLAN = Column("plan", "Plan", Kind.IDENTIFIER, width=34)
LIBRARY = Column("library", "Library", Kind.IDENTIFIER, width=24)
READ_BACK = (LINE, NAME, TAKE_OUT, NOTE, PLAN, LIBRARY)
"""What must be in a file that is read back."""

_COLUMNS = (
    LINE,
    NAME,
    Column("username", "Username", Kind.IDENTIFIER),
    Column("barcode", "Barcode", Kind.IDENTIFIER),
    Column("class", "Class", Kind.IDENTIFIER),
    Column("in_the_way", "In the way", width=44, wrap=True),
    TAKE_OUT,
    NOTE,
    PLAN,
    LIBRARY,
)
_TOLD = (
    Column("what", "What", width=24, strong=True),
    Column("value", "In words", Kind.IDENTIFIER, width=90, wrap=True),
)
_MARK = "x"


def mark(line: PlanLine) -> str:
    """What a file says of its plan: number and moment, so that no other plan, nor one of another library file, is taken."""
    return f"{line.id}, made {line.made_at.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S} UTC"


def build(plan: KeptPlan, made_at: dt.datetime, rehearsal: dt.date | None = None, *, alone: bool = False) -> Report:
    """The report. `alone`: only the table, for a format that holds one. `made_at` is aware."""
    table = Sheet("Patrons", _COLUMNS, _rows(plan))
    sheets = (table,) if alone else (Sheet("What to do", _TOLD, _told(plan), filtered=False), table)
    return Report(f"Purge plan {plan.line.id}, to be reviewed", plan.library, made_at, sheets, plan.currency, rehearsal)


def _told(plan: KeptPlan) -> Iterator[Row]:
    line = plan.line
    yield "What to do", f"On the sheet “Patrons”, put an {_MARK} under “Take out” beside everybody who is not to be purged."
    yield "Why", "Say why under “Note”. Whoever looks at the plan afterwards sees it; it goes when the patron is purged."
    yield "To put somebody back", f"Take the {_MARK} away."
    yield "What to leave alone", "The columns Line, Name, Plan and Library. Rows may be sorted, as whole rows, or left out."
    yield "A row that is left out", "It changes nothing: the patron stays on the plan, or off it, as before."
    yield (
        "When it is done",
        f"Save it; then Purge > Plans kept..., Read the review back... Or: patrondesk plans review {line.id} FILE",
    )
    yield "Plan", mark(line)
    yield "Library", plan.library
    yield "How it was chosen", plan.sentence
    yield "Can go", messages.count(len(plan.going), "patron")
    yield "Something in the way", messages.count(len(plan.held), "patron")
    yield "Taken out", messages.count(line.struck, "patron")
    yield "No longer there", str(plan.missing)


def _rows(plan: KeptPlan) -> Iterator[Row]:
    for one in plan.patrons:
        school_class = ", ".join(word for word in (one.year_level, one.homeroom) if word)
        yield (
            *(str(one.id), one.name, one.username, one.barcode, school_class, _in_the_way(one)),
            *(_MARK if one.struck else None, one.note, mark(plan.line), plan.library),
        )


def _in_the_way(one: KeptPatron) -> str | None:
    if one.gone:
        return "No longer a patron here"
    return "\n".join(reason.text for reason in one.in_the_way) or None
