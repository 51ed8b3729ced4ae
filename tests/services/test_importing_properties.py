"""Whatever stands in a file of patrons: every row ends once, a preview foretells the run, and again is nothing new."""

from __future__ import annotations

import itertools

import hypothesis.strategies as st
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings

from patrondesk.models.patron import Patron
from patrondesk.records.importing import ImportRequest, Kind, RowOutcome
from patrondesk.services import importing
from tests.services.inbox import counts

pytestmark = pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)

# Few keys, so that rows meet each other and those who are there.
keys = st.sampled_from(["", "", "1", "2", "3", "03", "A"])
names = st.sampled_from(["", "Stone", "O'Brian", "Müller", "=1+1", "\u200b", "x" * 401])
rows = st.fixed_dictionaries(
    {
        "external_id": keys,
        "username": keys,
        "barcode": keys,
        "family_name": names,
        "enabled": st.sampled_from(["", "", "TRUE", "no", "?"]),
        "dob": st.sampled_from(["", "2010-01-02", "3/4/2010", "13/4/2010", "0", "nonsense"]),
    }
)
# A row of blanks is no row.
files = st.lists(rows.filter(lambda row: any(row.values())), min_size=0, max_size=8)


@given(st.lists(files, min_size=1, max_size=3))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_outcomes_add_up_and_a_preview_foretells(inbox, sent):
    office = inbox.office
    with office.database.write() as session:
        session.execute(sa.text("DELETE FROM former_barcodes"))
        session.execute(sa.delete(Patron).where(Patron.username.is_distinct_from("mokafor")))
    for file in sent:
        # `bring` holds the preview to the run; the report itself asserts its sum.
        report = inbox.patrons([dict(row) for row in file] or "external_id,username,barcode,family_name\n")
        assert report.read == len(file) == sum(counts(report).values())
        for key in (Patron.external_id, Patron.username, Patron.barcode):
            present = [value for (value,) in inbox.all(sa.select(key).where(key.is_not(None)))]
            assert len(present) == len(set(present))
            assert "" not in present
        people = inbox.all(sa.select(Patron.enabled, Patron.deactivated_at, Patron.family_name, Patron.sort_key))
        assert all(enabled == (since is None) for enabled, since, _name, _key in people)
        assert all(name for _enabled, _since, name, _key in people)
        again = importing.preview(
            office, ImportRequest(Kind.PATRONS, inbox.file([dict(row) for row in file] or "username,surname\n"))
        )
        assert again.counts[RowOutcome.INVALID] == report.counts[RowOutcome.INVALID]


@given(st.permutations(range(4)))
@settings(max_examples=24, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_barcodes_change_hands_in_any_order(inbox, order):
    people = [{"external_id": f"e{n}", "barcode": f"B{n}", "family_name": f"N{n}"} for n in range(4)]
    inbox.patrons(people)
    inbox.patrons([row | {"barcode": f"B{order[n]}"} for n, row in enumerate(people)])
    held = dict(inbox.all(sa.select(Patron.external_id, Patron.barcode).where(Patron.external_id.is_not(None))))
    assert held == {f"e{n}": f"B{order[n]}" for n in range(4)}


# A file of little but control characters is rightly taken for no table at all.
_CONTROLS = "".join(map(chr, [*range(9), 11, 12, *range(14, 32), 127]))
text = st.text(st.characters(codec="utf-8", exclude_characters=_CONTROLS), max_size=30)


@given(st.lists(text.filter(str.strip), min_size=1, max_size=6))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_names_are_stored_as_they_stand(inbox, said):
    serial = itertools.count(1)
    people = [{"external_id": f"n{next(serial)}", "family_name": name} for name in said]
    inbox.patrons(people, encoding="utf-8", delimiter=",")
    stored = dict(inbox.all(sa.select(Patron.external_id, Patron.family_name)))
    assert [stored[str(row["external_id"])] for row in people] == [name.strip() for name in said]


def test_the_big_list_of_naughty_strings(inbox):
    import json

    from tests.importers.files import shared

    strings = [
        text for text in json.loads(shared("blns/blns.json").read_text(encoding="utf-8")) if text.strip() and "\0" not in text
    ]
    people = [{"external_id": f"n{n}", "family_name": name} for n, name in enumerate(strings)]
    report = inbox.patrons(people, encoding="utf-8", delimiter=",")
    assert counts(report) == {"added": len(strings)}
    stored = dict(inbox.all(sa.select(Patron.external_id, Patron.family_name)))
    shortened = {message.line for message in report.messages if message.code == "TOO_LONG"}
    for n, name in enumerate(strings):
        assert stored[f"n{n}"] == name.strip() or len(name.strip()) > 400
    assert len(shortened) == sum(len(name.strip()) > 400 for name in strings)
