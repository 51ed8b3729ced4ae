"""The purge report: everybody once, every reason, and a sum that adds up."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import pytest
from openpyxl import load_workbook

from patrondesk.exporters import excel
from patrondesk.records.ids import BatchId, PatronId
from patrondesk.records.purging import ArchiveState, BatchLine, BatchResult, BatchState, PurgedPatron, RefusedPatron
from patrondesk.records.tables import Amount, Kind, Value
from patrondesk.records.verdict import Reason, Severity
from patrondesk.reports import purged_patrons

STARTED = dt.datetime(2026, 6, 30, 9, 12, tzinfo=dt.UTC)
NAMES = ("川﨑 宗則 Kawasaki", "Isaach De Bankolé", "Lupita Nyong'o")


def purged(number: int, name: str) -> PurgedPatron:
    return PurgedPatron(
        id=PatronId(number),
        username=f"=user{number}",
        barcode=f"000{number}",
        external_id=None,
        name=name,
        patron_type="student",
        user_group="Undergraduate",
        year_level="Year 9",
        homeroom="9B",
        deactivated_on=dt.date(2026, 3, 4),
        deactivated_by="Ana Pop",
        deactivated_reason="left",
        purged_at=STARTED,
        loans_kept=12,
        loans_deleted=0,
        loans_written_off=1,
        fines_waived=2,
        amount_waived=1250,
        reservations_cancelled=1,
        undone=number == 2,
        overridden=("CREDIT", "RESERVATIONS") if number == 3 else (),
    )


def reason(code: str, text: str, lifts: str, overridden: bool = False) -> Reason:
    return Reason(code, 1, None, Severity.ABSOLUTE, text, lifts, overridden=overridden)


REFUSED = RefusedPatron(
    PatronId(9),
    "wihaka",
    "0009",
    "Ihaka, Wiremu",
    "Year 7",
    "7A",
    (
        reason("OPEN_LOANS", "2 items on loan.", "Return them, or mark them lost."),
        reason("BALANCE_DUE", "Owes $18.50.", "Pay or waive."),
        reason("CREDIT", "The library owes $1.00.", "Pay it out.", overridden=True),
    ),
    changed_since_preview=True,
)


@pytest.fixture
def result() -> BatchResult:
    batch = BatchLine(
        id=BatchId(7),
        started_at=STARTED,
        finished_at=STARTED + dt.timedelta(minutes=2),
        operator="Ana Pop",
        source="page",
        state=BatchState.STOPPED,
        archive=ArchiveState.PRESENT,
        planned=8,
        purged=3,
        refused=1,
        vanished=1,
        not_reached=3,
        undone=1,
        undo_until=dt.date(2026, 7, 30),
        retain_loans=True,
        comment=None,
    )
    return BatchResult(
        batch=batch,
        library="Hillside",
        purged=tuple(purged(n, name) for n, name in enumerate(NAMES, 1)),
        refused=(REFUSED,),
        vanished=("gone01",),
        loans_kept=36,
        loans_deleted=0,
        fines_waived=6,
        amount_waived=3750,
        reservations_cancelled=3,
        backup="C:\\Users\\ana\\library-backups\\2026-06-30.patrondesk",
        currency="AUD",
        names_available=True,
    )


def summary(result: BatchResult, rehearsal: dt.date | None = None) -> dict[str, Value]:
    rows = [tuple(row) for row in purged_patrons.build(result, STARTED, rehearsal).sheets[2].rows]
    assert len({what for what, _ in rows}) == len(rows)
    return {str(what): value for what, value in rows}


def test_the_three_sheets_are_in_the_spreadsheet(result: BatchResult, tmp_path: Path) -> None:
    path = tmp_path / "purge.xlsx"
    excel.write(purged_patrons.build(result, STARTED), path)
    book = load_workbook(path)
    assert book.sheetnames == ["Purged patrons", "Refused", "Summary"]
    heading, *rows = book["Purged patrons"].iter_rows(values_only=True)
    assert len(rows) == 3
    patrons = [dict(zip(heading, row, strict=True)) for row in rows]
    assert [patron["Name"] for patron in patrons] == list(NAMES)
    here = STARTED.astimezone().replace(tzinfo=None)
    assert patrons[0] == {
        "Name": NAMES[0],
        "Username": "=user1",
        "Barcode": "0001",
        "External id": None,
        "Type": "student",
        "Group": "Undergraduate",
        "Year level": "Year 9",
        "Homeroom": "9B",
        "Deactivated on": dt.datetime(2026, 3, 4),
        "Deactivated by": "Ana Pop",
        "Reason for deactivating": "left",
        "Purged at": here,
        "Purged by": "Ana Pop",
        "Past loans kept": 12,
        "Past loans deleted": 0,
        "Loans written off": 1,
        "Fines waived": 2,
        "Amount waived": 12.5,
        "Reservations cancelled": 1,
        "Overridden": None,
        "Undone": None,
    }
    assert [patron["Undone"] for patron in patrons] == [None, "yes", None]
    assert patrons[2]["Overridden"] == "CREDIT\nRESERVATIONS"
    assert all(cell.number_format == "@" for cell in book["Purged patrons"]["B"][1:])


def test_every_reason_of_a_refused_patron_is_told(result: BatchResult) -> None:
    sheet = purged_patrons.build(result, STARTED).sheets[1]
    (row,) = sheet.rows
    refused = dict(zip([column.key for column in sheet.columns], row, strict=True))
    assert refused == {
        "name": "Ihaka, Wiremu",
        "username": "wihaka",
        "barcode": "0009",
        "year_level": "Year 7",
        "homeroom": "7A",
        "reason_count": 2,
        "reasons": "2 items on loan.\nOwes $18.50.\nThe library owes $1.00. (overridden)",
        "lifts": "Return them, or mark them lost.\nPay or waive.",
        "changed": "yes",
    }


def test_the_summary_adds_up_and_names_no_folder(result: BatchResult) -> None:
    found = summary(result)
    parts = [found[key] for key in ("Purged", "Refused", "Vanished since the plan was made", "Not reached")]
    assert parts == [3, 1, 1, 3]
    assert found["Planned"] == 8
    assert found["Backup made before"] == "2026-06-30.patrondesk"
    assert found["Amount waived"] == Amount(3750)
    assert found["Started"] == STARTED
    assert found["Undo is possible until"] == dt.date(2026, 7, 30)
    assert found["Past loans"] == "Past loans stay for the statistics, without the person."
    assert found["State"] == "Stopped by a person"
    assert found["Undone"] == 1
    assert found["Vanished"] == "gone01"
    assert "Rehearsal, business date" not in found


def test_a_rehearsal_is_named_everywhere(result: BatchResult) -> None:
    day = dt.date(2026, 12, 4)
    assert summary(result, day)["Rehearsal, business date"] == day
    report = purged_patrons.build(result, STARTED, day)
    assert all(report.rehearsal_note in report.notes(sheet) for sheet in report.sheets)


@pytest.mark.parametrize(
    ("archive", "until", "expected"),
    [
        (ArchiveState.UNDONE, dt.date(2026, 7, 30), "Undone"),
        (ArchiveState.DESTROYED, dt.date(2026, 7, 30), "Cannot be undone"),
        (ArchiveState.PRESENT, None, "Cannot be undone"),
        (ArchiveState.PARTLY_UNDONE, dt.date(2026, 7, 30), dt.date(2026, 7, 30)),
    ],
)
def test_the_summary_says_whether_it_can_be_undone(
    result: BatchResult, archive: ArchiveState, until: dt.date | None, expected: Value
) -> None:
    batch = dataclasses.replace(result.batch, archive=archive, undo_until=until, retain_loans=False, finished_at=None)
    found = summary(dataclasses.replace(result, batch=batch, backup=None))
    assert found["Undo is possible until"] == expected
    assert found["Past loans"] == "Past loans are deleted; circulation reports count present patrons only."
    assert found["Finished"] == "Not finished"
    assert found["Backup made before"] == "None"


def test_names_that_are_gone_are_explained(result: BatchResult) -> None:
    later = purged_patrons.build(dataclasses.replace(result, names_available=False), STARTED)
    assert "no longer kept" in later.sheets[0].notes[0]
    assert purged_patrons.build(result, STARTED).sheets[0].notes == ()


def test_every_state_has_words(result: BatchResult) -> None:
    words = {
        summary(dataclasses.replace(result, batch=dataclasses.replace(result.batch, state=state)))["State"]
        for state in BatchState
    }
    assert len(words) == len(BatchState)


def test_what_must_stay_text_is_an_identifier(result: BatchResult) -> None:
    for sheet in purged_patrons.build(result, STARTED).sheets:
        for column in sheet.columns:
            assert (column.kind is Kind.IDENTIFIER) == (column.key in {"username", "barcode", "external_id"})
