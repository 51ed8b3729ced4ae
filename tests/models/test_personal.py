"""The registry of personal columns knows every column, and every table that refers to a patron is dealt with by a purge."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from patrondesk.models import Base, archive
from patrondesk.models.personal import PERSONAL, Policy

TABLES = {table.name: table for table in Base.metadata.sorted_tables}
DEALT_WITH = {table.name for table in (*archive.GONE, *archive.DETACHED, archive.LOANS)}
# Numbers of patrons without a key: internal ids only, which stay; and the words that triggers keep beside the patrons.
INTERNAL_IDS = {
    "audit_entries",
    "import_messages",
    "batch_lines",
    "job_run_lines",
    "batch_events",
    "purge_plan_lines",
    "tombstones",
    "patron_words",
}


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_column_has_a_policy(name):
    assert set(PERSONAL[name]) == {column.name for column in TABLES[name].columns}
    assert all(isinstance(policy, Policy) for policy in PERSONAL[name].values())


def test_no_policy_for_tables_that_do_not_exist():
    assert set(PERSONAL) == set(TABLES)


def test_every_table_that_refers_to_a_patron_is_dealt_with():
    referring = {
        name
        for name, table in TABLES.items()
        if any(key.column.table.name == "patrons" for column in table.columns for key in column.foreign_keys)
    }
    assert referring <= DEALT_WITH
    assert referring | {"patrons"} == DEALT_WITH


def test_every_number_of_a_patron_is_dealt_with():
    with_number = {name for name, table in TABLES.items() if "patron_id" in table.columns}
    archives = {table.name for table in archive.ALL}
    assert with_number == (DEALT_WITH | INTERNAL_IDS | archives) & with_number


@pytest.mark.parametrize("name", sorted(DEALT_WITH))
def test_what_is_archived_is_archived_whole(name):
    twin = archive.TWINS[name]
    assert {column.name for column in twin.columns} == {column.name for column in TABLES[name].columns} | {"purge_id"}
    assert not twin.foreign_keys, "an archived row must outlive whatever it refers to"


@pytest.mark.parametrize("name", sorted(DEALT_WITH - {table.name for table in archive.GONE}))
def test_the_person_leaves_the_rows_that_stay(name):
    assert PERSONAL[name]["patron_id"] in (Policy.NULL, Policy.PSEUDONYMISE)
    free_text = {column.name for column in TABLES[name].columns if isinstance(column.type, sa.Text)}
    assert {PERSONAL[name][column] for column in free_text} <= {Policy.NULL}


def test_children_go_before_their_parents():
    places = {table.name: place for place, table in enumerate(archive.GONE)}
    for table in archive.GONE:
        for key in table.foreign_keys:
            parent = key.column.table.name
            assert parent == table.name or places.get(parent, len(places)) > places[table.name]


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_foreign_key_has_an_index(name):
    table = TABLES[name]
    led = {next(iter(index.columns)).name for index in table.indexes}
    led |= {
        next(iter(rule.columns)).name
        for rule in table.constraints
        if isinstance(rule, sa.UniqueConstraint | sa.PrimaryKeyConstraint) and rule.columns
    }
    without = {column.name for column in table.columns if column.foreign_keys} - led
    assert not without, "deleting what they refer to reads the whole table"


@pytest.mark.parametrize("name", sorted({table.name for table in (*archive.GONE, archive.LOANS)}))
def test_keys_that_come_back_are_never_given_again(name):
    assert TABLES[name].dialect_options["sqlite"]["autoincrement"]
