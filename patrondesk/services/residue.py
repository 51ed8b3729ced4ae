"""Residue: identifiers and full names of purged people outside the undo archive, while it is there to compare with.

Looked for in every text, JSON and binary column that is neither the archive's nor a living patron's own data nor the
catalogue's, and in the program's own logs. Free text about the living - their notes, comments, reasons - is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk import messages, paths
from patrondesk.models import Base
from patrondesk.models.archive import ALL, DETACHED, LOANS, TWINS
from patrondesk.models.personal import PERSONAL, Policy
from patrondesk.models.purge import Batch
from patrondesk.records.desk import Problem
from patrondesk.records.ids import BatchId, PatronId
from patrondesk.records.staff import Permission
from patrondesk.services.door import Work, operation
from patrondesk.services.purging.batch import own_batch

_IDENTIFIERS = ("username", "barcode", "external_id", "email", "phone")
_TOKEN = re.compile(r"[^\s\"',;:()\[\]{}<>]+")
# Scripts that are written without spaces: a name in them may stand in the middle of a run of letters.
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_SHORTEST = 4
_NAMED = 5
_PART = 500
# Rows of these tables that still have a person are the person's own.
_NAMELESS = {table.name for table in (*DETACHED, LOANS)}
_WHERE = {
    ("patron_notes", "text"): "notes of other patrons",
    ("blocks", "comment"): "comments of blocks",
    ("blocks", "lift_comment"): "comments of lifted blocks",
    ("protections", "reason"): "reasons to keep other patrons",
    ("patrons", "deactivated_reason"): "reasons of deactivation",
    ("fines", "comment"): "comments of fines",
    ("fine_lines", "comment"): "comments of payments and waivers",
    ("import_runs", "file_name"): "names of imported files",
    ("backups", "path"): "places of backups",
}


@operation(Permission.PURGE)
def check_residue(work: Work, batch_id: BatchId) -> list[Problem]:
    """Looks for traces of this batch's people and notes the result with the batch. Raises NotFound.

    Without an archive there is nothing to compare with: what was found then stays as it was noted.
    """
    batch = own_batch(work, batch_id)
    if not _archived(work.session, batch_id):
        return []
    found = list(find_residue(work.session, batch_id))
    note_residue(work, batch, len(found))
    return found


def note_residue(work: Work, batch: Batch, found: int) -> None:
    """Writes a check's result to its batch and the log."""
    batch.residue_at, batch.residue_found = work.clock.now(), found
    work.record("purge.residue", {"batch": batch.id, "found": found})


def _archived(session: Session, batch_id: int) -> bool:
    twin = TWINS["patrons"]
    return session.scalar(sa.select(twin.c.id).where(twin.c.purge_id == batch_id).limit(1)) is not None


def find_residue(session: Session, batch_id: BatchId | None = None, logs: Path | None = None) -> Iterator[Problem]:
    """A problem for each column (or log) that mentions purged people, of one batch or of all that have an archive.

    It says in which rows, by their keys, and whom the rows are about; never what stands there.
    """
    sought = _sought(session, batch_id)
    if sought is None:
        return
    for table in Base.metadata.sorted_tables:
        if table in ALL:
            continue
        for column in table.columns:
            if PERSONAL[table.name][column.name] not in (Policy.EXEMPT, Policy.ARCHIVE) and _may_tell(column):
                yield from _look(session, table, column, sought)
    for file in sorted((logs or paths.logs_folder()).glob("*.log*")):
        lines = sum(sought.meets(line) for line in file.read_text(encoding="utf-8", errors="replace").splitlines())
        if lines:
            said = f"Purged patrons are still mentioned in the program's log “{file.name}”: {messages.count(lines, 'line')}."
            yield Problem("RESIDUE", said)


def _may_tell(column: sa.Column[Any]) -> bool:
    return isinstance(column.type, sa.String | sa.JSON | sa.LargeBinary)


def _look(session: Session, table: sa.Table, column: sa.Column[Any], sought: _Sought) -> Iterator[Problem]:
    keys = list(table.primary_key.columns)
    query = sa.select(column, *keys, table.c.patron_id if "patron_id" in table.c else sa.null()).where(column.is_not(None))
    if table.name in _NAMELESS and not isinstance(column.type, sa.Text):
        query = query.where(table.c.patron_id.is_(None))
    met: list[Any] = []
    patrons: set[int] = set()
    for row in session.execute(query.execution_options(yield_per=2000)):
        if any(sought.meets(text) for text in _texts(row[0])):
            met.append("-".join(str(part) for part in row[1 : 1 + len(keys)]))
            owner = row[1] if table.name == "patrons" else row[-1]
            patrons |= {owner} if owner is not None else set()
    if met:
        where = _WHERE.get((table.name, column.name), f"{table.name}.{column.name}")
        more = f" and {len(met) - _NAMED:,} more" if len(met) > _NAMED else ""
        places = f"{messages.count(len(met), 'place')} ({', '.join(met[:_NAMED])}{more})"
        said = f"Purged patrons are still mentioned in {where}: {places}."
        yield Problem("RESIDUE", said, tuple(PatronId(patron) for patron in sorted(patrons)))


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401 - whatever a column holds
    """Every text in a value: of JSON the words, not the numbers, which count things."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, bytes):
        yield value.decode("utf-8", "replace")
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _sought(session: Session, batch_id: BatchId | None) -> _Sought | None:
    """Who is looked for; None when nobody is. What a living patron is called by now is no trace."""
    twin, old = TWINS["patrons"], TWINS["former_barcodes"]
    columns = (*_IDENTIFIERS, "family_name", "given_name", "middle_name", "preferred_name", "sort_key")
    people = sa.select(*(twin.c[name] for name in columns))
    cards = sa.select(old.c.barcode)
    if batch_id is not None:
        people, cards = people.where(twin.c.purge_id == batch_id), cards.where(old.c.purge_id == batch_id)
    words: set[str] = set()
    called: dict[str, set[tuple[str, ...]]] = {}
    for row in session.execute(people):
        words.update(str(value) for value in row[: len(_IDENTIFIERS)] if value and len(str(value)) >= _SHORTEST)
        called.setdefault(row.sort_key, set()).update(_ways(row.family_name, row.given_name, row.middle_name, row.preferred_name))
    words.update(session.scalars(cards))
    words -= _living_words(session, words)
    for key in _living_names(session, sorted(called)):
        del called[key]
    names = set[tuple[str, ...]]().union(*called.values(), map(_words, words))  # a telephone number may have spaces
    return _Sought(words, names) if words or names else None


def _ways(family: str, given: str | None, middle: str | None, preferred: str | None) -> Iterator[tuple[str, ...]]:
    """A full name as running text has it: given name first or last, with a middle name or without."""
    for first in filter(None, (given, preferred)):
        yield _words(first) + _words(family)
        yield _words(family) + _words(first)
        if middle:
            yield _words(first) + _words(middle) + _words(family)
            yield _words(family) + _words(first) + _words(middle)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.casefold() for word in _TOKEN.findall(text))


def _living_words(session: Session, words: set[str]) -> set[str]:
    """Identifiers that a present patron has by now."""
    table = Base.metadata.tables["patrons"]
    found: set[str] = set()
    for part in _parts(sorted(words)):
        for name in _IDENTIFIERS:
            found.update(session.scalars(sa.select(table.c[name]).where(table.c[name].in_(part))))
    return found


def _living_names(session: Session, sort_keys: Sequence[str]) -> set[str]:
    """Those of these folded names that a present patron has too."""
    table = Base.metadata.tables["patrons"]
    found: set[str] = set()
    for part in _parts(sort_keys):
        found.update(session.scalars(sa.select(table.c.sort_key).where(table.c.sort_key.in_(part))))
    return found


def _parts(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), _PART):
        yield values[start : start + _PART]


class _Sought:
    """Identifiers as whole words, full names as words in a row: one look-up a word, however many are sought."""

    def __init__(self, words: set[str], names: Iterable[tuple[str, ...]]) -> None:
        self._identifiers, self._names = words, {name for name in names if len(name) > 1}
        self._lengths = sorted({len(name) for name in self._names})
        joined = sorted({"".join(name) for name in self._names if _UNSPACED.search("".join(name))})
        self._joined = re.compile("|".join(map(re.escape, joined))) if joined else None

    def meets(self, text: str) -> bool:
        """Whether the text mentions anybody sought."""
        if text in self._identifiers:
            return True
        words = _TOKEN.findall(text)
        if any(word in self._identifiers or word.rstrip(".!?") in self._identifiers for word in words):
            return True
        folded = [word.casefold().rstrip(".!?") for word in words]
        if any(
            tuple(folded[start : start + length]) in self._names
            for length in self._lengths
            for start in range(len(folded) - length + 1)
        ):
            return True
        return self._joined is not None and self._joined.search("".join(folded)) is not None
