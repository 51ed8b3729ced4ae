"""The sentences of the page, letter by letter."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from patrondesk.records.ids import BatchId, PatronId
from patrondesk.records.purging import ArchiveState, BatchLine, BatchResult, BatchState, Plan, PlannedPatron, RefusedPatron
from patrondesk.records.verdict import Reason, Severity
from patrondesk.ui.screens.purge import words
from patrondesk.ui.screens.purge.tags import Tag

LOAN = Reason("OPEN_LOANS", 1, None, Severity.ABSOLUTE, "1 item on loan", "return it, or mark it lost")
NOW = dt.datetime(2026, 12, 4, 10, 12, tzinfo=dt.UTC)


def plan(number: int = 24, **changed: object) -> Plan:
    patrons = tuple(PlannedPatron(PatronId(key), 1, None, None, f"Name {key}", None, None, False, ()) for key in range(number))
    made = Plan(
        library="Riverbank", made_at=NOW, source="page", patrons=patrons, unknown=(), criteria={}, retain_loans=True,
        undo_days=30, undo_until=dt.date(2027, 1, 3), past_loans=416, fines_to_waive=3, amount_to_waive=180,
        unknown_fines_to_close=0, reservations_to_cancel=2, facets_dropped=("homeroom", "patron_type", "user_group"),
    )  # fmt: skip
    return replace(made, **changed)  # type: ignore[arg-type]


def result(purged: int = 23, refused: int = 1, not_reached: int = 0) -> BatchResult:
    line = BatchLine(
        BatchId(7), NOW, NOW + dt.timedelta(seconds=11), "Maria Okafor", "page", BatchState.COMPLETED, ArchiveState.PRESENT,
        purged + refused + not_reached, purged, refused, 0, not_reached, 0, dt.date(2027, 1, 3), True, None,
    )  # fmt: skip
    stayed = tuple(
        RefusedPatron(PatronId(key), None, None, f"Jovanović, Miloš {key}", None, None, (LOAN,)) for key in range(refused)
    )
    return BatchResult(line, "Riverbank", (), stayed, (), 416, 0, 0, 0, 0, None, "USD", True)


WHO = "24 patrons and everything personal about them leave the library; "
UNDO = "you can undo this until **3 January 2027**."


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (plan(), f"{WHO}their 416 past loans stay, without names; {UNDO}"),
        (plan(retain_loans=False), f"{WHO}their 416 past loans go too, and reports will count present patrons only; {UNDO}"),
        (plan(undo_until=None), f"{WHO}their 416 past loans stay, without names; **this cannot be undone**."),
        (
            plan(1, past_loans=1),
            f"1 patron and everything personal about this person leaves the library; their 1 past loan stays, without names; "
            f"{UNDO}",
        ),
    ],
)
def test_the_confirmation_in_one_sentence(made, said):
    assert words.confirm(made) == said


def test_what_goes_and_what_is_kept():
    assert words.what_goes(plan(), "USD") == [
        "Name, portrait, address, notes, username, barcode",
        "3 small fines, $1.80 in all, are waived",
        "2 reservations are cancelled",
    ]
    assert words.what_is_kept(plan())[:2] == [
        "416 past loans, with year level and collection", "Homeroom is not kept (small groups tell who)",
    ]  # fmt: skip
    assert "416 past loans" in words.what_goes(plan(retain_loans=False), "USD")
    assert not any("past loan" in line for line in words.what_is_kept(plan(retain_loans=False)))


def test_tags_elsewhere():
    tags = [Tag(PatronId(key), "", None) for key in range(7)]
    assert words.tagged_here(24) == "24 patrons tagged on this page"
    only = "only this page is purged."
    assert words.tagged_elsewhere(tags, (1, 3)) == f"7 more tagged on pages 1 and 3. They stay as they are; {only}"
    assert words.tagged_elsewhere(tags, (1, 3), narrow=True) == "7 more on pages 1 and 3 stay as they are."
    assert words.tagged_elsewhere(tags[:1], ()) == f"1 more tagged on other pages. It stays as it is; {only}"
    assert words.stay(tags, (1, 3)) == "The 7 tagged on pages 1 and 3 stay as they are."


def test_the_result_in_two_sentences():
    first, second = words.result(result())
    assert first == "23 patrons purged, 1 refused."
    assert second == "Refused: Jovanović, Miloš 0 (1 item on loan). Undo is possible until 3 January 2027."
    assert words.result(result(15, 0, 9))[0] == "Stopped. 15 purged, 9 left as they were."
    assert "in 11 seconds" in words.when_done(result())
    assert "**3 January 2027**" in words.when_done(result())


def test_what_the_empty_page_says_of_the_last_purge():
    today = NOW.astimezone().date()
    said = words.last_purge([result(24, 0).batch], today)
    assert said == "Last purge: 24 patrons, today. Undo is possible until 3 January 2027."
    assert words.last_purge([], today) == ""
