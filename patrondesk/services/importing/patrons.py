"""Patrons from a file: added, brought up to date, reactivated; who cannot be told apart waits."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from patrondesk.models.library import Cohort, PatronType, UserGroup, YearLevel
from patrondesk.records.importing import ImportRequest, MessageKind
from patrondesk.services.door import Work
from patrondesk.services.importing import searching
from patrondesk.services.importing.columns import (
    Column,
    choice_column,
    date_column,
    key_column,
    number_column,
    spoken,
    text_column,
    truth_column,
)
from patrondesk.services.importing.naming import Names, level_name
from patrondesk.services.importing.patron_writing import PatronWriter
from patrondesk.services.importing.reading import Block, Reading, Ticket
from patrondesk.services.importing.remarks import Remarks
from patrondesk.services.importing.schools import Schools
from patrondesk.services.importing.staging import Stager, make, staged
from patrondesk.services.importing.tables import PATRONS as P
from patrondesk.services.importing.tables import length

M = MessageKind
NEEDED = (("external_id", "barcode", "username"),)
KEYS = ("external_id", "username", "barcode")
NAMES = ("family_name", "given_name", "middle_name", "preferred_name")
_PLAIN = ("email", "phone", "street", "city", "state", "post_code", "country", "language", "access_level", "persona", "homeroom")
_DATES = ("birth_date", "expiry_date", "purge_date", "registered_on")
_RECORD_TYPES = {"public": "public", "staff": "staff", "contact": "contact"}
_ACCOUNT_TYPES = {"external": "external", "internal": "internal"}
_GENDERS = {
    "m": "male", "male": "male", "boy": "male", "f": "female", "female": "female", "girl": "female", "x": "other",
    "other": "other",
    "nonbinary": "other", "non-binary": "other", "diverse": "other", "d": "other", "u": None, "unspecified": None,
    "unknown": None,
}  # fmt: skip
# Their keys are in other tables; the stage holds the keys.
NAMED = ("patron_type", "user_group", "year_level", "cohort")


def take_in(work: Work, request: ImportRequest, remarks: Remarks, ticket: Ticket) -> None:
    """Reads the file into the library within the work's transaction."""
    session = work.session
    names = {
        "patron_type": Names(session, "patron_type", PatronType, 80), "user_group": Names(session, "user_group", UserGroup, 120),
        "year_level": Names(session, "year_level", YearLevel, 60, level_name), "cohort": Names(session, "cohort", Cohort, 80),
    }  # fmt: skip
    with Reading(request, remarks, NEEDED) as reading:
        columns = _columns(work, reading, names)
        fields = tuple(
            dict.fromkeys((*KEYS, *NAMES[:1], *(column.field for column in columns if column.field in reading.fields)))
        )
        kept = tuple(field for field in fields if field != "library")
        stage = staged(
            "patrons",
            (*(_stage_column(field) for field in kept), sa.Column("sort_key", sa.Text), sa.Column("search_text", sa.Text)),
        )
        writer = PatronWriter(work, remarks, stage, kept, names)
        make(session, stage, writer.matching.fate)
        stager = Stager(session, stage, (*kept, "sort_key", "search_text"), kept)
        schools = Schools(work)
        for block in reading.blocks(columns, ticket, describe):
            block.fill(fields)
            if "library" in block.values:
                schools.check(block, remarks, "family_name")
            _drop_keyless(block, remarks)
            _fold(block, names["year_level"])
            stager.add(block)
    writer.run(ticket)


def describe(texts: dict[str, str]) -> tuple[str, str]:
    """Who a refused row is about: (name, identifier), from its texts."""
    who = ", ".join(filter(None, (texts.get("family_name"), texts.get("given_name"))))
    return who, next(filter(None, (texts.get(key) for key in KEYS)), "")


def _columns(work: Work, reading: Reading, names: dict[str, Names]) -> list[Column]:
    sheet = reading.table.format == "xlsx"
    soon = work.clock.today().year + 30
    columns: list[Column] = [key_column(key, length(P, key)) for key in KEYS]
    columns += [text_column(name, length(P, name), from_sheet=sheet, name=True) for name in NAMES]
    columns += [text_column(field, length(P, field)) for field in _PLAIN]
    columns += [
        date_column(field, reading.order_of, work.clock.today().year if field == "birth_date" else soon, M.IGNORED)
        for field in _DATES
    ]
    columns += [names[field].column() for field in NAMED]
    columns += [
        choice_column("gender", _GENDERS, M.IGNORED), choice_column("record_type", _RECORD_TYPES, M.IGNORED),
        choice_column("account_type", _ACCOUNT_TYPES, M.IGNORED), number_column("graduation_year", 1900, 2200),
        truth_column("enabled", M.INVALID), truth_column("block", M.IGNORED), text_column("note", None),
        text_column("library", None),
        key_column("guarantor", 120),
    ]  # fmt: skip
    return columns


def _stage_column(field: str) -> sa.Column[Any]:
    kinds: dict[str, sa.types.TypeEngine[Any]] = {"block": sa.Boolean(), "note": sa.Text(), "guarantor": sa.Text()}
    if field in NAMED:
        return sa.Column(field, sa.Integer)
    return sa.Column(field, kinds[field] if field in kinds else P.c[field].type)


def _drop_keyless(block: Block, remarks: Remarks) -> None:
    without = [place for place, keys in enumerate(zip(*(block.values[key] for key in KEYS), strict=True)) if not any(keys)]
    for place in without:
        said = f"The row has none of {', '.join(map(spoken, KEYS))}, so nobody can be told by it."
        remarks.refuse(block.lines[place], M.INVALID, "KEY_MISSING", None, said, str(block.values["family_name"][place] or ""))
    block.drop(without)


def _fold(block: Block, levels: Names) -> None:
    """The folded copies, as a new patron's row gets them. Old patrons' are written when it is known what they kept."""
    values, rows = block.values, len(block.lines)
    blank: list[None] = [None] * rows
    level = [levels.names[key] if key is not None else None for key in values.get("year_level", blank)]
    columns = [values.get(field, blank) for field in (*NAMES, "username", "barcode", "external_id", "homeroom")]
    values["sort_key"], values["search_text"] = searching.folded_keys([*columns, level])
