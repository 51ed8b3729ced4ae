"""Identifiers of returning patrons that somebody else has by now: found, worded beside a field, settled in the archive."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from patrondesk.database import keys
from patrondesk.errors import WrongUsage
from patrondesk.folding import fold
from patrondesk.models.archive import LOAN_FACETS, LOANS, PSEUDONYMS, TWINS
from patrondesk.models.base import table_of
from patrondesk.models.fine import Fine
from patrondesk.models.library import YearLevel
from patrondesk.models.patron import Patron
from patrondesk.models.purge import Batch, BatchLine
from patrondesk.records.ids import PatronId
from patrondesk.records.purging import Outcome
from patrondesk.records.undoing import IDENTIFIERS, Resolutions, UndoClash
from patrondesk.services import names
from patrondesk.services.purging.undo_words import NOUNS

_PATRONS = table_of(Patron)
_FINES = table_of(Fine)
_LEVELS = table_of(YearLevel)
_TWIN = TWINS["patrons"]


def find_clashes(session: Session, batch: Batch, returning: sa.Select[int]) -> list[UndoClash]:
    """Identifiers of the returning that others have by now, by name; those of their loans and fines are counted after them.

    The others are patrons who are here. Within a batch that took several goes, two of the returning may have had the same
    identifier one after the other as well: the later of them has it.
    """
    found = [_clash(field, row) for field in IDENTIFIERS for row in _of_the_living(session, batch, returning, field)]
    again = _took_several_goes(session, batch)
    if again:
        taken = {(clash.patron_id, clash.field) for clash in found}
        among = [_clash(field, row) for field in IDENTIFIERS for row in _of_each_other(session, batch, returning, field)]
        found += [clash for clash in among if (clash.patron_id, clash.field) not in taken]
    found.sort(key=lambda clash: (fold(clash.name), clash.patron_id, IDENTIFIERS.index(clash.field)))
    return found + [
        UndoClash(PatronId(patron), name, kind, "", count=number)
        for kind in ("loans", "fines")
        for patron, name, number in _numbers(session, batch, returning, kind, again)
    ]


def _took_several_goes(session: Session, batch: Batch) -> bool:
    at = sa.select(sa.func.min(BatchLine.at), sa.func.max(BatchLine.at))
    first, last = session.execute(at.where(BatchLine.batch_id == batch.id, BatchLine.outcome == Outcome.PURGED.value)).one()
    return bool(first != last)


def _who(holder: sa.FromClause, field: str) -> list[sa.ColumnElement[Any]]:
    """The columns of a clash: who returns, the value, who has it."""
    person = ("family_name", "given_name", "preferred_name", "sort_key", "username", "barcode", "external_id")
    return [
        _TWIN.c.id,
        _TWIN.c[field].label("value"),
        _TWIN.c.homeroom,
        _LEVELS.c.name.label("year_level"),
        *(_TWIN.c[name] for name in person),
        holder.c.id.label("holder_id"),
        *(holder.c[name].label(f"holder_{name}") for name in person),
    ]


def _of_the_living(session: Session, batch: Batch, returning: sa.Select[int], field: str) -> Sequence[sa.RowMapping]:
    holder = _PATRONS.alias("holder")
    query = (
        sa.select(*_who(holder, field))
        .join(holder, sa.and_(holder.c[field] == _TWIN.c[field], holder.c.library_id == _TWIN.c.library_id))
        .outerjoin(_LEVELS, _LEVELS.c.id == _TWIN.c.year_level_id)
        .where(_TWIN.c.purge_id == batch.id, _TWIN.c.id.in_(returning))
    )
    return session.execute(query).mappings().all()


def _of_each_other(session: Session, batch: Batch, returning: sa.Select[int], field: str) -> list[sa.RowMapping]:
    """For each of the returning whose value a later one has: the latest of them."""
    mine = sa.and_(_TWIN.c.purge_id == batch.id, _TWIN.c.id.in_(returning))
    several = sa.select(_TWIN.c[field]).where(mine, _TWIN.c[field].is_not(None)).group_by(_TWIN.c[field])
    several = several.having(sa.func.count() > 1)
    if session.execute(several.limit(1)).first() is None:
        return []
    holder, mine_at, their_at = _TWIN.alias("holder"), aliased(BatchLine), aliased(BatchLine)
    query = (
        sa.select(*_who(holder, field))
        .join(holder, sa.and_(holder.c.purge_id == batch.id, holder.c[field] == _TWIN.c[field]))
        .join(mine_at, sa.and_(mine_at.batch_id == batch.id, mine_at.patron_id == _TWIN.c.id))
        .join(their_at, sa.and_(their_at.batch_id == batch.id, their_at.patron_id == holder.c.id))
        .outerjoin(_LEVELS, _LEVELS.c.id == _TWIN.c.year_level_id)
        .where(mine, holder.c.id.in_(returning), _TWIN.c[field].in_(several), mine_at.at < their_at.at)
        .order_by(their_at.at)
    )
    return list({row["id"]: row for row in session.execute(query).mappings()}.values())


def _clash(field: str, row: sa.RowMapping) -> UndoClash:
    return UndoClash(
        PatronId(row["id"]),
        names.full_name(row["family_name"], row["given_name"], row["preferred_name"]),
        field,
        row["value"],
        PatronId(row["holder_id"]),
        names.called(row["holder_family_name"], row["holder_given_name"], row["holder_preferred_name"]),
        names.school_class(row["year_level"], row["homeroom"]),
        row["holder_sort_key"] == row["sort_key"],
        word=row["username"] or row["barcode"] or row["external_id"] or "",
        holder_word=row["holder_username"] or row["holder_barcode"] or row["holder_external_id"] or "",
    )


# ---------------------------------------------------------------- numbers of another system, of loans and fines


def _old_numbers(batch: Batch, returning: sa.Select[int], kind: str) -> sa.Select[Any]:
    """(id, patron, number) of what the returning lost, or is in the archive as a whole."""
    if kind == "loans" and batch.retain_loans:
        return (
            sa.select(LOAN_FACETS.c.loan_id.label("id"), PSEUDONYMS.c.patron_id, LOAN_FACETS.c.external_id)
            .join(LOANS, LOANS.c.id == LOAN_FACETS.c.loan_id)
            .join(PSEUDONYMS, PSEUDONYMS.c.pseudonym == LOANS.c.pseudonym)
            .where(
                LOAN_FACETS.c.purge_id == batch.id, LOAN_FACETS.c.external_id.is_not(None), PSEUDONYMS.c.patron_id.in_(returning)
            )
        )
    twin = TWINS[kind]
    return sa.select(twin.c.id, twin.c.patron_id, twin.c.external_id).where(
        twin.c.purge_id == batch.id, twin.c.external_id.is_not(None), twin.c.patron_id.in_(returning)
    )


def _used_again(batch: Batch, returning: sa.Select[int], kind: str, again: bool) -> sa.Select[Any]:
    """Those of them whose number another loan or fine has by now, or a later one of the returning."""
    old = _old_numbers(batch, returning, kind).subquery()
    table = LOANS if kind == "loans" else _FINES
    now: sa.ColumnElement[bool] = sa.exists().where(
        table.c.external_id == old.c.external_id, table.c.library_id == batch.library_id, table.c.id != old.c.id
    )
    if again:
        other = _old_numbers(batch, returning, kind).subquery()
        last = sa.select(sa.func.max(other.c.id)).group_by(other.c.external_id)
        now = sa.or_(now, old.c.id.not_in(last))
    return sa.select(old.c.id, old.c.patron_id).where(now)


def _numbers(session: Session, batch: Batch, returning: sa.Select[int], kind: str, again: bool) -> list[tuple[int, str, int]]:
    """(patron, name, how many of the loans or fines come without their number)."""
    again_used = _used_again(batch, returning, kind, again).subquery()
    rows = session.execute(
        sa.select(_TWIN.c.id, _TWIN.c.family_name, _TWIN.c.given_name, _TWIN.c.preferred_name, sa.func.count())
        .join(again_used, again_used.c.patron_id == _TWIN.c.id)
        .where(_TWIN.c.purge_id == batch.id)
        .group_by(_TWIN.c.id, _TWIN.c.family_name, _TWIN.c.given_name, _TWIN.c.preferred_name)
        .order_by(_TWIN.c.id)
    )
    return [(row[0], names.full_name(row[1], row[2], row[3]), row[4]) for row in rows]


# ---------------------------------------------------------------- what a person decided


def find_wrong(field: str, value: str) -> str:
    """Why nobody could have this new value; empty when it can be had."""
    noun = NOUNS[field]
    kind = _PATRONS.c[field].type
    assert isinstance(kind, sa.String)
    longest = kind.length or 0
    if not value.strip():
        return f"Type the new {noun}, or choose to do without."
    if len(value.strip()) > longest:
        return f"A {noun} has up to {longest} characters; this one has {len(value.strip())}."
    if not value.strip().isprintable():
        return f"This {noun} has a character that cannot be printed. Type it again."
    return ""


def find_taken(
    session: Session, batch: Batch, returning: sa.Select[int], clashes: Sequence[UndoClash], resolutions: Resolutions
) -> dict[tuple[PatronId, str], str]:
    """Of the new values that somebody wants for clashing identifiers: those that are not free, each with a sentence.

    A value is free when nobody here has it, nobody comes back with it, and nobody else is given it.
    """
    wanted = _wanted(clashes, resolutions)
    without = {(clash.patron_id, clash.field) for clash in clashes}
    told: dict[tuple[PatronId, str], str] = {}
    for field in IDENTIFIERS:
        values = sorted({value for (_, at), value in wanted.items() if at == field})
        if not values:
            continue
        noun, had = NOUNS[field], {}
        for table, where in (
            (_PATRONS, _PATRONS.c.library_id == batch.library_id),
            (_TWIN, sa.and_(_TWIN.c.purge_id == batch.id, _TWIN.c.id.in_(returning))),
        ):
            columns = (table.c.id, table.c[field], table.c.family_name, table.c.given_name, table.c.preferred_name)
            for part in range(0, len(values), 500):
                for row in session.execute(sa.select(*columns).where(where, table.c[field].in_(values[part : part + 500]))):
                    if table is _PATRONS or (row[0], field) not in without:
                        who = names.called(row[2], row[3], row[4])
                        had[row[1]] = f"{who} {'has' if table is _PATRONS else 'comes back with'} this {noun}. Type another one."
        first: dict[str, PatronId] = {}
        for (patron, at), value in wanted.items():
            if at != field:
                continue
            if value in had:
                told[patron, at] = had[value]
            elif first.setdefault(value, patron) != patron:
                told[patron, at] = f"This {noun} is given to two of them. Type another one."
    return told


def _wanted(clashes: Sequence[UndoClash], resolutions: Resolutions) -> dict[tuple[PatronId, str], str]:
    """The new values, by patron and field, of what does clash; trimmed."""
    found = {}
    for clash in clashes:
        decided = resolutions.get((clash.patron_id, clash.field))
        if decided is not None and decided.value is not None:
            found[clash.patron_id, clash.field] = decided.value.strip()
    return found


def check_words(resolutions: Resolutions) -> None:
    """Raises WrongUsage for a field that is no identifier, or a new value that nobody could have."""
    for (_, field), decided in resolutions.items():
        if field not in IDENTIFIERS:
            raise WrongUsage(f"“{field}” is nothing that can be given anew.", f"Use one of: {', '.join(IDENTIFIERS)}.")
        wrong = find_wrong(field, decided.value) if decided.value is not None else ""
        if wrong:
            raise WrongUsage(wrong, "Nobody was brought back.", "NOT_USABLE")


def settle(
    session: Session, batch: Batch, returning: sa.Select[int], clashes: Sequence[UndoClash], resolutions: Resolutions
) -> list[UndoClash]:
    """Before the patrons come back: what clashes is taken out of the archive's rows, new values are put in.

    Returns the clashes with what became of each; a new value that is no longer free is refused, and told so.
    """
    wanted = _wanted(clashes, resolutions)
    taken = find_taken(session, batch, returning, clashes, resolutions)
    done: list[UndoClash] = []
    for clash in clashes:
        at = (clash.patron_id, clash.field)
        new = wanted.get(at)
        done.append(
            dataclasses.replace(clash, new_value=None if at in taken else new, refused_value=new if at in taken else None)
        )
    link = session.connection()
    for field in IDENTIFIERS:
        mine = [clash for clash in done if clash.field == field]
        if not mine:
            continue
        who = _TWIN.c.id.in_(keys(session, [clash.patron_id for clash in mine]))
        session.execute(sa.update(_TWIN).where(_TWIN.c.purge_id == batch.id, who).values({field: None}))
        given = [{"at": clash.patron_id, "new": clash.new_value} for clash in mine if clash.new_value]
        if given:
            one = sa.update(_TWIN).where(_TWIN.c.purge_id == batch.id, _TWIN.c.id == sa.bindparam("at"))
            link.execute(one.values({field: sa.bindparam("new")}), given)
    for kind in ("loans", "fines"):
        if any(clash.field == kind for clash in clashes):
            _drop_numbers(session, batch, returning, kind)
    return done


def _drop_numbers(session: Session, batch: Batch, returning: sa.Select[int], kind: str) -> None:
    home = LOAN_FACETS if kind == "loans" and batch.retain_loans else TWINS[kind]
    key = home.c.loan_id if home is LOAN_FACETS else home.c.id
    used = [row[0] for row in session.execute(_used_again(batch, returning, kind, _took_several_goes(session, batch)))]
    session.execute(sa.update(home).where(home.c.purge_id == batch.id, key.in_(keys(session, used))).values(external_id=None))
