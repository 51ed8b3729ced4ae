"""All that the library holds about one person, read by the tables themselves, and handed out as a file with its log.

Driven by the metadata, so that a column which is added tomorrow is handed out tomorrow. Staff are named as they sign; of
other patrons nothing is told.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from patrondesk.errors import NotFound, WrongUsage
from patrondesk.exporters import for_file
from patrondesk.models.access import AccessRequest, DataDownload
from patrondesk.models.base import table_of
from patrondesk.models.item import Title
from patrondesk.models.patron import Patron
from patrondesk.records.ids import PatronId, RequestId
from patrondesk.records.patron_data import FORMATS, HandedOut, Part, PatronData
from patrondesk.records.staff import Permission
from patrondesk.records.tables import Attached, Column, Kind, Value
from patrondesk.reports import patron_data as paper
from patrondesk.services import audit_words, names
from patrondesk.services.changes import find_patron
from patrondesk.services.door import Work, operation, permitted
from patrondesk.services.office import Office
from patrondesk.services.patron_parts import COLUMNS_LEFT_OUT, MONEY, SOURCES, WORDS, Source
from patrondesk.services.policy import read_policy

_ANOTHER = "another patron"
_UNFIT = re.compile(r"[^\w.-]+")


@permitted(Permission.DOWNLOAD_DATA)
def download(
    office: Office, patron_id: PatronId, path: Path, *, reason: str = "", request_id: RequestId | None = None
) -> HandedOut:
    """Writes everything about a patron into a file of the kind that its name says, and logs who took it out and why.

    The log is written with the reading, before anything leaves: a file that nobody knows of cannot be. When it then cannot
    be written, the log says that too. `reason` is needed where no open request (`request_id`) gives one.
    Raises NotFound, WrongUsage, Unusable.
    """
    if path.suffix.lower().removeprefix(".") not in FORMATS:
        raise WrongUsage(
            f"The file name “{path.name}” does not say as what the data is handed out.",
            f"End it with one of {', '.join(f'.{code}' for code in FORMATS)}.",
        )
    exporter = for_file(path)
    data, number = _hand_out(office, patron_id, exporter.code, reason.strip(), request_id)
    try:
        written = exporter.write(paper.build(data, exporter.code), path)
    except BaseException:
        _take_back(office, patron_id, number)
        raise
    return HandedOut(written.path, sum(len(part.rows) for part in data.parts), written.remarks)


def file_name(called: str, on: dt.date, code: str = "json") -> str:
    """What a file is called unless somebody says otherwise: after the account and not after the person."""
    return f"patron-data-{_UNFIT.sub('-', called).strip('-.') or 'patron'}-{on.isoformat()}.{code}"


@operation(Permission.DOWNLOAD_DATA)
def _hand_out(
    work: Work, patron_id: PatronId, code: str, reason: str, request_id: RequestId | None
) -> tuple[PatronData, int]:  # fmt: skip
    patron = find_patron(work, patron_id)
    if request_id is not None:
        asked = work.session.get(AccessRequest, request_id)
        if asked is None or asked.patron_id != patron.id:
            raise NotFound(
                f"Request {request_id} is not one of this patron.", "See them with: patrondesk patrons requests", "NO_REQUEST"
            )
    elif not reason:
        raise WrongUsage("A download needs a reason.", "Say why the data is handed out.")
    now = work.clock.now()
    row = DataDownload(
        patron_id=patron.id, request_id=request_id, at=now, author_id=work.actor.staff_id, format=code, reason=reason or None
    )
    work.session.add(row)
    work.session.flush()
    work.record("patron.download", {"download": row.id, "format": code, "request": request_id}, patron.id)
    policy = read_policy(work.session, work.library_id)
    data = PatronData(
        patron_id, patron.username or f"{patron.id}", work.actor.library_name, now, work.actor.name, reason, request_id,
        policy.currency, work.clock.rehearsal, collect(work, patron_id, policy.currency),
    )  # fmt: skip
    return data, row.id


@operation(Permission.DOWNLOAD_DATA)
def _take_back(work: Work, patron_id: PatronId, number: int) -> None:
    """Nothing left the library after all: the list of downloads forgets it, the audit log tells both."""
    work.session.execute(sa.delete(DataDownload).where(DataDownload.id == number))
    work.record("patron.download_failed", {"download": number}, patron_id)


def collect(work: Work, patron_id: PatronId, currency: str) -> tuple[Part, ...]:
    """Every part, empty ones too, the patron's own record first. What is left out, and why, says `patron_parts`."""
    return tuple(_part(work.session, source, patron_id, currency) for source in SOURCES)


def _part(session: Session, source: Source, patron_id: PatronId, currency: str) -> Part:
    shown = _shown(source)
    joined: sa.FromClause = source.table
    for one in shown:
        for target, on in one.joins:
            joined = joined.outerjoin(target, on)
    # What a sentence is made of is read too, and not shown.
    more = [column for column in source.table.columns if (source.key, column.name) in COLUMNS_LEFT_OUT]
    wanted = [*(one.expression.label(f"s_{one.key}") for one in shown), *(column.label(f"t_{column.name}") for column in more)]
    query = sa.select(*wanted).select_from(joined).where(source.of(patron_id)).order_by(*source.table.primary_key.columns)
    rows = [dict(row) for row in session.execute(query).mappings()]
    columns = [one.column for one in shown]
    content: list[list[Value]] = [[_value(row[f"s_{one.key}"], one, row) for one in shown] for row in rows]
    place = sum(not one.internal for one in shown)
    for column, make in _said(session, source, patron_id, currency):
        columns.insert(place, column)
        for row, cells in zip(rows, content, strict=True):
            cells.insert(place, make(row))
    keys = frozenset(one.key for one in shown if one.internal)
    return Part(source.key, source.title, tuple(columns), tuple(tuple(cells) for cells in content), keys, source.note)


class _Shown:
    """A column that is handed out: the table's own, or a word beside a key. `joins` are needed to read it."""

    def __init__(
        self, source: Source, column: sa.Column[Any], key: str, expression: sa.ColumnElement[Any],
        joins: tuple[tuple[sa.FromClause, sa.ColumnElement[bool]], ...] = (), *, internal: bool = False,
    ) -> None:  # fmt: skip
        self.key, self.expression, self.joins, self.internal = key, expression, joins, internal
        self.column = Column(key, _heading(key), _kind(source, column), wrap=isinstance(column.type, sa.Text))


def _shown(source: Source) -> list[_Shown]:
    """The columns of a table: what it says itself with the words of its keys at their places, then the keys."""
    said: list[_Shown] = []
    keys: list[_Shown] = []
    for column in source.table.columns:
        if (source.key, column.name) in COLUMNS_LEFT_OUT:
            continue
        internal = _is_key(column.name)
        (keys if internal else said).append(_Shown(source, column, column.name, column, internal=internal))
        said.extend(_words(source, column))
    return said + keys


def _words(source: Source, column: sa.Column[Any]) -> Iterator[_Shown]:
    for key in column.foreign_keys:
        target = key.column.table
        alias = target.alias(f"{column.name}_{target.name}")
        on = (alias, column == alias.c.id)
        base, first = column.name.removesuffix("_id"), True
        if base in source.table.c:
            continue  # the table says the word itself
        for name, more in WORDS.get(target.name, ()):
            yield _Shown(source, target.c[name], f"{base}{more}", alias.c[name], (on,) if first else ())
            first = False
        if target.name == "items" and "title_id" not in source.table.c:
            titles = table_of(Title).alias(f"{column.name}_titles")
            yield _Shown(source, titles.c.title, "title", titles.c.title, ((titles, titles.c.id == alias.c.title_id),))


def _said(
    session: Session, source: Source, patron_id: PatronId, currency: str
) -> Iterator[tuple[Column, Any]]:  # fmt: skip
    """What is said in words of columns that are not handed out."""
    if source.key == "audit_entries":
        patron = session.get_one(Patron, patron_id)
        name = names.full_name(patron.family_name, patron.given_name, patron.preferred_name)
        yield (
            Column("what", "What", width=60, wrap=True),
            lambda row: audit_words.sentence(row["s_operation"], row["t_facts"], name, currency),
        )
    if source.key == "patrons":
        depend = session.scalar(
            sa.select(sa.func.count()).select_from(Patron).where(Patron.guarantor_id == patron_id, Patron.id != patron_id)
        )
        yield Column("depend", "Patrons who depend on this one", Kind.INTEGER), lambda _: depend or None
        yield (
            Column("guarantor", "Guarantor"),
            lambda row: _ANOTHER if row["t_guarantor_id"] is not None else None,
        )


def _is_key(name: str) -> bool:
    """Whether a column holds an internal number."""
    return name in ("id", "version") or (name.endswith("_id") and name != "external_id")


def _heading(key: str) -> str:
    if key == "id":
        return "Internal number"
    words = (key.removesuffix("_id") if _is_key(key) else key).replace("_", " ")
    return f"{words[:1].upper()}{words[1:]}{', internal number' if _is_key(key) else ''}"


def _kind(source: Source, column: sa.Column[Any]) -> Kind:
    if (source.key, column.name) in MONEY:
        return Kind.MONEY
    kinds: Mapping[type[Any], Kind] = {dt.datetime: Kind.DATETIME, dt.date: Kind.DATE, int: Kind.INTEGER}
    if (source.key, column.name) == ("audit_entries", "at"):
        return Kind.DATETIME
    if isinstance(column.type, sa.LargeBinary | sa.JSON):
        return Kind.TEXT
    found = kinds.get(column.type.python_type, Kind.TEXT)
    codes = ("barcode", "username", "external_id", "phone", "post_code")
    return Kind.IDENTIFIER if column.name in codes else found


def _value(value: Any, shown: _Shown, row: Mapping[str, Any]) -> Value:  # noqa: ANN401 - whatever a column holds
    if isinstance(value, bytes):
        name = row.get("s_name") or "portrait"
        return Attached(str(name), str(row.get("s_media_type") or ""), value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    if shown.column.kind is Kind.DATETIME and isinstance(value, str):
        return dt.datetime.fromisoformat(value)
    told: Value = value
    return told
