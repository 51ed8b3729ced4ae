"""The past of a person who comes back from a backup: loans and fines that were kept without the name, and those deleted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk.models.archive import LOANS
from patrondesk.models.base import table_of
from patrondesk.models.fine import Fine, FineLine
from patrondesk.models.purge import BatchLine
from patrondesk.records.ids import BatchId, PatronId
from patrondesk.records.undoing import UndoClash
from patrondesk.services import names
from patrondesk.services.door import Work
from patrondesk.services.fitting import Fitting
from patrondesk.services.settings_keys import FACETS

_FINES, _LINES = table_of(Fine), table_of(FineLine)
_MOMENTS = ("checked_out_at", "renewed_at", "ended_at")


@dataclass(slots=True)
class LoansBack:
    """What became of the loans in the backup: each is named, added or left. `keys`: today's key of each that came."""

    named: int = 0
    added: int = 0
    closed: int = 0
    left: int = 0
    since: int = 0
    keys: dict[int, int] = field(default_factory=dict)
    clashes: list[UndoClash] = field(default_factory=list)


@dataclass(slots=True)
class FinesBack:
    """The same of the fines. Minor units that the purges waived (in so many lines) or took off a credit, and that stay so."""

    named: int = 0
    added: int = 0
    left: int = 0
    lines_waived: int = 0
    waived: int = 0
    credit: int = 0
    clashes: list[UndoClash] = field(default_factory=list)


def bring_loans(fitting: Fitting, work: Work, person: dict[str, Any], batches: Sequence[BatchId]) -> LoansBack:
    """Gives kept loans their person again, and puts deleted ones back; later kept loans come by the pseudonym they share."""
    session, done, patron_id = work.session, LoansBack(), person["id"]
    left_at = session.scalar(
        sa.select(sa.func.max(BatchLine.at)).where(BatchLine.patron_id == patron_id, BatchLine.batch_id.in_(batches))
    )
    pseudonyms: set[int] = set()
    every = fitting.rows(LOANS, LOANS.c.patron_id == patron_id)
    for row in every:
        live = fitting.here(LOANS, row["id"])
        same = live is not None and _same_loan(live, row)
        if live is not None and same and live["patron_id"] is not None:
            done.left += 1
        elif live is not None and same:
            if live["pseudonym"] is not None:
                pseudonyms.add(live["pseudonym"])
            changed = _named_again(live, row) | {"patron_id": patron_id, "pseudonym": None}
            _free(session, LOANS, changed, row, done.clashes, _name(person), "loan")
            session.execute(sa.update(LOANS).where(LOANS.c.id == live["id"]).values(changed))
            done.keys[row["id"]] = live["id"]
            done.named += 1
        else:
            _add_loan(fitting, work, person, row, left_at, done)
    later = sa.update(LOANS).where(LOANS.c.pseudonym.in_(pseudonyms)).values(patron_id=patron_id, pseudonym=None)
    done.since = session.connection().execute(later).rowcount if pseudonyms else 0
    assert done.named + done.added + done.left == len(every), "the loans do not add up"
    return done


def _same_loan(live: dict[str, Any], row: dict[str, Any]) -> bool:
    """Whether the library's row is the one of the backup: after a restore another loan may have its key."""
    told = [(one["item_id"], one["checked_out_at"].date()) for one in (live, row)]
    return told[0] == told[1]


def _named_again(live: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    """What the purge and the end of its archive took: facets, the other system's id, the time of day."""
    changed = {name: row[name] for name in (*FACETS, "external_id") if live[name] is None and row[name] is not None}
    for name in _MOMENTS:
        if _cut_to_the_day(live[name], row[name]):
            changed[name] = row[name]
    return changed


def _cut_to_the_day(live: dt.datetime | None, then: dt.datetime | None) -> bool:
    return live is not None and then is not None and live != then and live.time() == dt.time() and live.date() == then.date()


def _add_loan(
    fitting: Fitting, work: Work, person: dict[str, Any], row: dict[str, Any], left_at: dt.datetime | None, done: LoansBack
) -> None:
    made = fitting.fitted(LOANS, row)
    if made is None:
        done.left += 1
        return
    if made["status"] == "open":  # it had ended when the patron was purged; how, nobody knows any more
        made |= {"status": "closed", "ended_at": left_at or work.clock.now()}
        done.closed += 1
    made["library_id"] = work.library_id
    _free(work.session, LOANS, made, row, done.clashes, _name(person), "loan")
    done.keys[row["id"]] = fitting.add(LOANS, made)
    done.added += 1


def bring_fines(fitting: Fitting, work: Work, person: dict[str, Any], loans: LoansBack, batches: Sequence[BatchId]) -> FinesBack:
    """Gives kept fines their person again, with the amounts of today; one that is missing comes with its lines as it was."""
    session, done, patron_id = work.session, FinesBack(), person["id"]
    every = fitting.rows(_FINES, _FINES.c.patron_id == patron_id)
    for row in every:
        live = fitting.here(_FINES, row["id"])
        same = live is not None and (live["type"], live["charged_on"]) == (row["type"], row["charged_on"])
        if live is not None and same and live["patron_id"] is not None:
            done.left += 1
        elif live is not None and same:
            changed: dict[str, Any] = {"patron_id": patron_id}
            changed |= {name: row[name] for name in ("comment", "external_id") if live[name] is None}
            _free(session, _FINES, changed, row, done.clashes, _name(person), "fine")
            session.execute(sa.update(_FINES).where(_FINES.c.id == live["id"]).values(changed))
            _comments_again(fitting, session, row["id"])
            _count_waived(session, live["id"], batches, done)
            done.named += 1
        else:
            _add_fine(fitting, work, person, row, loans, done)
    _join_loans(fitting, session, loans)
    assert done.named + done.added + done.left == len(every), "the fines do not add up"
    return done


def _comments_again(fitting: Fitting, session: Session, fine_id: int) -> None:
    for line in fitting.rows(_LINES, sa.and_(_LINES.c.fine_id == fine_id, _LINES.c.comment.is_not(None))):
        same = sa.and_(_LINES.c.id == line["id"], _LINES.c.fine_id == fine_id, _LINES.c.comment.is_(None))
        session.execute(sa.update(_LINES).where(same).values(comment=line["comment"]))


def _count_waived(session: Session, fine_id: int, batches: Sequence[BatchId], done: FinesBack) -> None:
    own = sa.select(_LINES.c.kind, _LINES.c.amount).where(_LINES.c.fine_id == fine_id, _LINES.c.batch_id.in_(batches))
    for kind, amount in session.execute(own):
        if kind == "waiver":
            done.lines_waived += 1
            done.waived += amount or 0
        elif kind == "credit":
            done.credit -= amount or 0


def _add_fine(
    fitting: Fitting, work: Work, person: dict[str, Any], row: dict[str, Any], loans: LoansBack, done: FinesBack
) -> None:
    made = fitting.fitted(_FINES, row, without=("loan_id",))
    assert made is not None, "a fine needs its library only"
    made |= {"library_id": work.library_id, "loan_id": loans.keys.get(row["loan_id"])}
    _free(work.session, _FINES, made, row, done.clashes, _name(person), "fine")
    key = fitting.add(_FINES, made)
    for line in fitting.rows(_LINES, _LINES.c.fine_id == row["id"]):
        fitted = fitting.fitted(_LINES, line, without=("fine_id",))
        assert fitted is not None, "a line needs its fine only"
        fitting.add(_LINES, fitted | {"fine_id": key})
    done.added += 1


def _join_loans(fitting: Fitting, session: Session, loans: LoansBack) -> None:
    """Fines that referred to one of the loans do so again, whoever's they are."""
    for row in fitting.rows(_FINES, _FINES.c.loan_id.in_(list(loans.keys))):
        same = sa.and_(_FINES.c.id == row["id"], _FINES.c.type == row["type"], _FINES.c.loan_id.is_(None))
        session.execute(sa.update(_FINES).where(same).values(loan_id=loans.keys[row["loan_id"]]))


def _free(
    session: Session, table: sa.Table, made: dict[str, Any], row: dict[str, Any], clashes: list[UndoClash], name: str, word: str
) -> None:
    """Another system's id that has been used again is left out, and reported."""
    wanted = made.get("external_id")
    if wanted is None:
        return
    taken = sa.select(table.c.id).where(
        table.c.external_id == wanted, table.c.library_id == row["library_id"], table.c.id != row["id"]
    )
    if session.scalar(taken) is not None:
        made["external_id"] = None
        clashes.append(UndoClash(PatronId(row["patron_id"]), name, f"external_id of a {word}", wanted))


def _name(person: dict[str, Any]) -> str:
    return names.full_name(person["family_name"], person["given_name"], person["preferred_name"])
