"""A patron's data handed out: complete against the registry, nobody else's, without a secret, and logged before it leaves."""

from __future__ import annotations

import base64
import csv
import datetime as dt
import json
from dataclasses import replace
from html.parser import HTMLParser

import openpyxl
import pytest
import sqlalchemy as sa

from patrondesk.errors import NotFound, NotPermitted, Unusable, WrongUsage
from patrondesk.models import Base
from patrondesk.models.access import DataDownload
from patrondesk.models.audit import AuditEntry
from patrondesk.models.importing import ImportMessageRow, ImportRun
from patrondesk.models.job import JobRun, JobRunLine
from patrondesk.models.patron import Patron, PatronAttachment, PatronChange
from patrondesk.models.personal import PERSONAL
from patrondesk.models.purge import BatchEvent
from patrondesk.models.staff import SignInToken, StaffAccount, StaffLibrary
from patrondesk.records.ids import PatronId, RequestId
from patrondesk.records.staff import Permission
from patrondesk.services import access_requests, patron_data, patrons
from patrondesk.services.patron_parts import COLUMNS_LEFT_OUT, LEFT_OUT, SOURCES
from patrondesk.services.purging.plan import make_plan
from patrondesk.services.purging.plans import save_plan
from tests.builders import LONG_AGO, building

_APART = ("batch_lines", "batch_events", "job_run_lines")
COVERED = {source.key for source in SOURCES}
SECRET = ("password", "hash", "token", "secret", "digest", "recovery")
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


# ---------------------------------------------------------------------------------------------- the registry


def about_patrons():
    """Every table with a patron's key."""
    return {
        table.name
        for table in Base.metadata.tables.values()
        if not table.name.startswith("archive_")
        and (
            table.name == "patrons"
            or "patron_id" in table.c
            or any(key.column.table.name == "patrons" for column in table.c for key in column.foreign_keys)
        )
    }


def test_every_table_that_names_a_patron_is_handed_out_or_left_out_for_a_reason():
    assert about_patrons() <= COVERED | set(LEFT_OUT)
    assert not COVERED & set(LEFT_OUT)
    assert set(LEFT_OUT) <= set(Base.metadata.tables)
    assert all(LEFT_OUT.values())
    assert set(PERSONAL) >= COVERED


def test_every_column_that_is_left_out_has_a_reason_and_is_there():
    for (table, column), reason in COLUMNS_LEFT_OUT.items():
        assert column in Base.metadata.tables[table].c, (table, column)
        assert reason
        assert table in COVERED


def test_nothing_that_opens_or_seals_is_handed_out():
    told = {(source.key, column.name) for source in SOURCES for column in source.table.c} - set(COLUMNS_LEFT_OUT)
    assert not [pair for pair in told if any(word in pair[1] for word in SECRET)]


# ---------------------------------------------------------------------------------------------- a whole person


@pytest.fixture
def whole(office):
    """One person of whom every table knows something, and another of the same kind whose words must not be told."""
    with building(office) as school:
        patron, other = school.patron(username="wihaka08", family_name="Ihaka", given_name="Wiremu"), school.patron()
        for who in (patron, other):
            fill(school, who)
        school.guarantee(patron, other)
    save_plan(office, make_plan(office, [patron, other], source="list"))
    for who in (patron, other):
        patrons.protect(office, who, "told of the exchange year")
    return patron, other


def fill(school, who):
    name = school.username_of(who)
    school.belongings(who)
    school.loan(who)
    school.loan(who, "open")
    school.reservation(who)
    school.line(school.fine(who, 1850), "payment", 100, comment=f"{name} paid")
    school.responsibility(who)
    school.protection(who)
    school.override(who, "BALANCE_DUE")
    account = school.staff(who, "patron")
    add = school._add
    add(PatronAttachment(patron_id=who, name=f"{name}.pdf", media_type="application/pdf", size=4, content=b"%PDF",
                         author_id=school.staff_id, created_at=LONG_AGO))  # fmt: skip
    add(PatronChange(patron_id=who, field="email", old=f"{name}@old.example", new=None, author_id=school.staff_id, at=LONG_AGO))
    run = add(ImportRun(library_id=school.library_id, kind="patrons", file_name="sis.csv", at=LONG_AGO, counts={}))
    add(ImportMessageRow(run_id=run, line=3, kind="TRIMMED", code="TOO_LONG", field="city", patron_id=who))
    add(SignInToken(staff_id=account, purpose="computer", label=f"desk of {name}", digest=f"digest-{name}", created_at=LONG_AGO,
                    expires_at=LONG_AGO))  # fmt: skip
    school.session.add(StaffLibrary(staff_id=account, library_id=school.library_id))
    school.session.flush()


def handed(office, patron, path, **more):
    patron_data.download(office, patron, path, reason="the mother asked", **more)
    return path


@pytest.fixture
def document(office, whole, tmp_path):
    return json.loads(handed(office, whole[0], tmp_path / "data.json").read_text(encoding="utf-8"))


def sheets(document):
    return {sheet["title"]: sheet["rows"] for sheet in document["sheets"]}


def test_json_has_every_row_of_every_table(office, whole, document):
    told = sheets(document)
    assert next(iter(told)) == "patrons"
    assert set(told) == COVERED
    with office.database.read() as session:
        for source in SOURCES:
            mine = sa.select(source.table).where(source.of(whole[0])).order_by(*source.table.primary_key.columns)
            rows = session.execute(mine).mappings().all()
            # The download's own audit entry is written when everything else is.
            more = 1 if source.key == "audit_entries" else 0
            assert len(told[source.key]) == len(rows) - more, source.key
            assert rows or source.key in _APART, f"{source.key} is not tried"
            for row, found in zip(rows, told[source.key], strict=False):
                for column in source.table.c:
                    if (source.key, column.name) not in COLUMNS_LEFT_OUT:
                        assert column.name in found, (source.key, column.name)
                        assert (found[column.name] is None) == (row[column.name] is None), (source.key, column.name)


def test_nothing_of_anybody_else_is_told(office, whole, document):
    text = json.dumps(document, ensure_ascii=False)
    with office.database.read() as session:
        other = session.get_one(Patron, whole[1])
        words = [other.username, other.barcode, other.external_id, other.family_name, other.given_name, other.email, other.phone]
        staff = session.scalar(sa.select(StaffAccount.password_hash).where(StaffAccount.id == office.actor.staff_id))
    assert not [word for word in words if word in text]
    assert staff not in text
    assert "argon2" not in text
    assert "digest-" not in text
    keys = {key for rows in sheets(document).values() for row in rows for key in row}
    assert not [key for key in keys if any(word in key for word in SECRET)]
    assert sheets(document)["patrons"][0]["guarantor"] == "another patron"


def test_words_stand_beside_the_keys(whole, document):
    told = sheets(document)
    me = told["patrons"][0]
    assert (me["username"], me["family_name"], me["given_name"]) == ("wihaka08", "Ihaka", "Wiremu")
    assert (me["patron_type"], me["year_level"], me["library"], me["enabled"]) == (
        "student", "Year 12", "Riverbank Secondary", "no",
    )  # fmt: skip
    assert me["deactivated_by"] == "May Okafor"
    assert all(loan["title"].startswith("The Lighthouse") and loan["item_barcode"] for loan in told["loans"])
    assert told["reservations"][0]["title"].startswith("The Lighthouse")
    assert told["fines"][0]["balance"] == "18.50"
    assert told["fine_lines"][0]["author"] == "May Okafor"
    assert b"%PDF" in [base64.b64decode(one["content"]) for one in told["patron_attachments"]]
    assert base64.b64decode(told["portraits"][0]["image"]).startswith(bytes(range(200)))
    assert told["import_messages"][0]["run_file"] == "sis.csv"
    assert [entry["what"] for entry in told["audit_entries"]] == ["Ihaka, Wiremu was flagged to keep."]
    assert [one["reason"] for one in told["data_downloads"]][-1] == "the mother asked", "this download is among them"


def test_names_of_fields_are_those_that_a_file_of_patrons_is_imported_by(document):
    fields = (
        "username barcode external_id family_name given_name middle_name preferred_name gender birth_date email phone street "
        "city state post_code country language patron_type user_group record_type account_type access_level persona year_level "
        "homeroom cohort graduation_year enabled expiry_date purge_date registered_on library guarantor"
    ).split()
    assert not set(fields) - set(sheets(document)["patrons"][0])


def test_who_depends_on_the_patron_is_counted_and_not_named(office, whole, tmp_path):
    told = sheets(json.loads(handed(office, whole[1], tmp_path / "o.json").read_text(encoding="utf-8")))
    assert told["patrons"][0]["depend"] == 1
    assert "wihaka08" not in json.dumps(told)


# ---------------------------------------------------------------------------------------------- other forms


def test_a_spreadsheet_has_a_sheet_for_each_part_with_typed_cells_and_no_formula(office, tmp_path):
    with building(office) as school:
        patron = school.patron(family_name="=1+1", given_name="@SUM(A1)")
        school.loan(patron)
        school.fine(patron, 1850)
        school.belongings(patron)
    book = openpyxl.load_workbook(handed(office, patron, tmp_path / "data.xlsx"))
    assert book.sheetnames[0] == "Patron"
    assert {"Loans", "Fines", "Notes", "Portrait", "Nothing is held under"} <= set(book.sheetnames)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    person = {row[0]: row[1] for row in book["Patron"].iter_rows(min_row=2, values_only=True) if row[0]}
    assert person["Family name"] == "=1+1"
    assert person["Birth date"] == dt.datetime(2008, 5, 17)
    loans = rows_of(book["Loans"])
    assert isinstance(loans[0]["Checked out at"], dt.datetime)
    assert rows_of(book["Fines"])[0]["Balance"] == 18.5


def rows_of(sheet):
    head, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


class Read(HTMLParser):
    """The words of a page, and what it would fetch."""

    def __init__(self, text):
        super().__init__()
        self.words, self.fetches, self.scripts = [], [], 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        self.fetches += [told[name] for name in ("src", "href") if name in told]
        self.scripts += tag == "script"

    def handle_data(self, data):
        self.words.append(data)


def test_a_page_is_readable_and_needs_nothing_beside_it(office, tmp_path):
    with building(office) as school:
        patron = school.patron(family_name="<script>alert(1)</script>", username="wihaka08")
        school.loan(patron)
        school.fine(patron, 1850)
        school._add(
            PatronAttachment(patron_id=patron, name='a"b<c>.html', media_type='text/html"><script>', size=3, content=b"<b>",
                             created_at=LONG_AGO)
        )  # fmt: skip
        school.session.flush()
        from patrondesk.models.patron import Portrait

        school._add(Portrait(patron_id=patron, media_type="image/png", image=PNG))
    page = Read(handed(office, patron, tmp_path / "data.html").read_text(encoding="utf-8"))
    text = "\n".join(page.words)
    assert page.scripts == 0
    assert len(page.fetches) == 2
    assert all(one.startswith("data:") for one in page.fetches)
    assert {one.split(";")[0] for one in page.fetches} == {"data:image/png", "data:application/octet-stream"}
    assert "<script>alert(1)</script>" in text
    assert "$18.50" in text
    assert "The Lighthouse" in text
    assert "the mother asked" in text
    assert "internal number" not in text.lower()


def test_other_files_are_refused_before_anything_is_read(office, whole, tmp_path):
    for name in ("data.csv", "data.pdf", "data"):
        with pytest.raises(WrongUsage):
            patron_data.download(office, whole[0], tmp_path / name, reason="x")
    assert entries(office, "patron.download") == []


# ---------------------------------------------------------------------------------------------- the log


def entries(office, operation):
    with office.database.read() as session:
        query = sa.select(AuditEntry.patron_id, AuditEntry.facts).where(AuditEntry.operation == operation)
        return [tuple(row) for row in session.execute(query)]


def downloads(office, patron):
    with office.database.read() as session:
        query = sa.select(DataDownload.format, DataDownload.reason, DataDownload.request_id, DataDownload.author_id)
        return [tuple(row) for row in session.execute(query.where(DataDownload.patron_id == patron).order_by(DataDownload.id))]


def test_each_download_is_logged_with_who_when_as_what_and_why(office, tmp_path):
    with building(office) as school:
        patron = school.patron()
    request = access_requests.open_request(office, patron)
    handed(office, patron, tmp_path / "a.json")
    patron_data.download(office, patron, tmp_path / "b.xlsx", request_id=request)
    me = office.actor.staff_id
    assert downloads(office, patron) == [("json", "the mother asked", None, me), ("xlsx", None, request, me)]
    told = entries(office, "patron.download")
    assert [key for key, _ in told] == [patron, patron]
    assert [facts["format"] for _, facts in told] == ["json", "xlsx"]
    assert "mother" not in str(told)
    first, second = access_requests.list_downloads(office, patron)
    assert (first.format, first.request, first.by) == ("xlsx", request, office.actor.name)
    assert (second.format, second.reason) == ("json", "the mother asked")


def test_a_file_that_cannot_be_written_is_told_and_counts_as_no_download(office, tmp_path):
    with building(office) as school:
        patron = school.patron()
    with pytest.raises(Unusable):
        patron_data.download(office, patron, tmp_path / "missing" / "a.json", reason="x")
    assert downloads(office, patron) == []
    assert len(entries(office, "patron.download")) == len(entries(office, "patron.download_failed")) == 1
    assert not list(tmp_path.rglob("*.json*"))


def test_it_needs_the_right_a_reason_and_a_patron_of_this_library(office, tmp_path):
    with building(office) as school:
        patron, other = school.patron(), school.patron()
    clerk = office.signed_in(replace(office.actor, permissions=frozenset(Permission) - {Permission.DOWNLOAD_DATA}))
    target = tmp_path / "a.json"
    with pytest.raises(NotPermitted):
        patron_data.download(clerk, patron, target, reason="x")
    with pytest.raises(WrongUsage, match="reason"):
        patron_data.download(office, patron, target, reason="  ")
    with pytest.raises(NotFound):
        patron_data.download(office, PatronId(999_999), target, reason="x")
    request = access_requests.open_request(office, other)
    for wrong in (request, RequestId(999)):
        with pytest.raises(NotFound):
            patron_data.download(office, patron, target, request_id=wrong)
    assert not target.exists()
    assert entries(office, "patron.download") == []


def test_a_file_is_named_after_the_account_and_not_after_the_person():
    day = dt.date(2026, 12, 4)
    assert patron_data.file_name("wihaka08", day) == "patron-data-wihaka08-2026-12-04.json"
    assert patron_data.file_name("a/../b c\\ü:*", day, "html") == "patron-data-a-..-b-c-ü-2026-12-04.html"
    assert patron_data.file_name("...", day, "xlsx") == "patron-data-patron-2026-12-04.xlsx"


def test_events_of_a_purge_are_told_too(office, tmp_path):
    """A purge that refused somebody who was there again: the tables of purges are tried apart, since they need a batch."""
    from patrondesk.jobs import purge
    from patrondesk.jobs.ticket import Ticket

    with building(office) as school:
        patron = school.patron()
        school.loan(patron, "open")
    result = purge.run(office, make_plan(office, [patron], source="list"), Ticket())
    with office.database.write() as session:
        session.add(BatchEvent(batch_id=result.batch.id, patron_id=patron, kind="reservation_cancelled", record_id=1))
        made = JobRun(
            library_id=office.library_id, name="Old students", type="purge_users", options={}, sentence="s", state="done",
            trigger="hand", operator_id=office.actor.staff_id, started_at=LONG_AGO, numbers={},
        )  # fmt: skip
        session.add(made)
        session.flush()
        session.add(JobRunLine(run_id=made.id, kind="exception", code="NOT_DUE", patron_id=patron, amount=150, facts={}))
    told = sheets(json.loads(handed(office, patron, tmp_path / "a.json").read_text(encoding="utf-8")))
    assert [line["outcome"] for line in told["batch_lines"]] == ["refused"]
    assert [line["kind"] for line in told["batch_events"]] == ["reservation_cancelled"]
    assert [(line["run_name"], line["code"], line["amount"]) for line in told["job_run_lines"]] == [
        ("Old students", "NOT_DUE", "1.50")
    ]
    assert "OPEN_LOANS" in told["batch_lines"][0]["reasons"]
    assert len(told["purge_plan_lines"]) == 1


def test_a_table_of_a_report_with_a_file_says_so_as_csv(tmp_path):
    from patrondesk.exporters import csv_file
    from patrondesk.records.tables import Attached, Column, Report, Sheet

    made = Report("t", "l", LONG_AGO, (Sheet("s", (Column("f", "File"),), [(Attached("=a.png", "image/png", PNG),)]),))
    csv_file.write(made, tmp_path / "t.csv")
    with (tmp_path / "t.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert list(csv.reader(stream))[1] == [f"'=a.png, {len(PNG)} bytes"]
