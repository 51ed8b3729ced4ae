"""The audit log and certificates by words: listed, filtered, exported, checked; a cut tail found through a certificate."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa

from patrondesk.bootstrap import open_library
from patrondesk.models.audit import AuditEntry
from tests.cli.conftest import TODAY, names

pytestmark = pytest.mark.usefixtures("leavers")


@pytest.fixture
def batch(desk, tmp_path):
    """A purge of two who can go and one who cannot."""
    return desk("purge", "--usernames", names(tmp_path, "leaver1", "leaver2", "leaver6"), "--yes", code=1)["batch"]


def test_the_log_is_listed_in_words(desk, batch):
    answer = desk("audit", "list")
    assert answer["total"] == len(answer["entries"])
    assert [one["number"] for one in answer["entries"]] == list(range(answer["total"], 0, -1))
    ended = next(one for one in answer["entries"] if one["operation"] == "purge.finish")
    assert ended["text"].startswith(f"Purge {batch} ended, with refusals: 3 planned = 2 purged + 1 refused")
    assert (ended["who"], ended["batch"], ended["patron"], ended["clock_set_back"]) == ("May Okafor", batch, None, False)
    assert len(ended["hash"]) == 64


def test_filters_go_together(desk, batch):
    desk("patrons", "enable", "leaver3")
    assert {one["operation"] for one in desk("audit", "list", "--operation", "patron")["entries"]} == {"patron.enable"}
    assert {one["batch"] for one in desk("audit", "list", "--batch", batch)["entries"]} == {batch}
    mine = desk("audit", "list", "--by", "okafor", "--operation", "purge", "--limit", 2)
    assert len(mine["entries"]) == 2 < mine["total"]
    about = desk("audit", "list", "--patron", "leaver3")["entries"]
    assert [one["text"] for one in about] == ["Leaver3, Ana was enabled again."]
    assert desk("audit", "list", "--patron-number", about[0]["patron"])["total"] == 1
    assert desk("audit", "list", "--to", "2020-01-01")["entries"] == []
    assert desk("audit", "list", "--from", "2020-01-01")["total"] == desk("audit", "list")["total"]


@pytest.mark.parametrize("said", [["--operation", "robots"], ["--by", "Nobody"], ["--from", "2026-02-01", "--to", "2026-01-01"]])
def test_what_cannot_be_filtered_by_is_said(desk, said):
    assert desk("audit", "list", *said, code=2).error["next_step"]


def test_the_log_in_lines(say, batch):
    out = say("audit", "list", "--limit", 3).out
    assert "3 of " in out
    assert "May Okafor" in out
    assert "No entry fits." in say("audit", "list", "--to", "2020-01-01").out


def test_the_log_is_written_into_a_file(desk, batch, tmp_path):
    file = tmp_path / "log.xlsx"
    answer = desk("audit", "export", file, "--operation", "purge")
    sheet = openpyxl.load_workbook(file).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:4] == ("Entry", "When", "Who", "What")
    operations = {str(row[4]) for row in rows[1:] if row[4]}
    assert "purge.finish" in operations
    assert all(name.startswith("purge.") for name in operations)
    assert answer["rows"] == len([row for row in rows[1:] if row[4]])


def test_a_whole_log_is_told_so(desk, say, batch):
    answer = desk("audit", "check")
    assert (answer["ok"], answer["break"], answer["clock_set_back"]) == (True, None, 0)
    assert answer["head"]["number"] == answer["entries"] == desk("audit", "list")["total"]
    assert any("backup" in source for source in answer["compared"])
    assert "The audit log is whole" in say("audit", "check").out


def test_a_broken_log_is_exit_1(desk, say, library, batch):
    cut(library, sa.update(AuditEntry).where(AuditEntry.number == 3).values(actor="Somebody"))
    answer = desk("audit", "check", code=1)
    assert (answer["ok"], answer["break"]["kind"], answer["break"]["number"]) == (False, "changed", 3)
    assert "Entry 3 of the audit log was changed" in say("audit", "check", code=1).out
    assert "AUDIT_CHAIN" in {problem["code"] for problem in desk("verify", code=1)["problems"]}


def cut(library, statement):
    office = open_library(library)
    with office.database.write() as session:
        session.execute(statement)
    office.database.close()


# ------------------------------------------------------------------------------------------------------- certificates


def test_a_certificate_is_one_document(desk, batch):
    told = desk("batches", "certificate", batch)
    assert told["planned"] == told["purged"] + told["refused"] + told["vanished"] + told["not_reached"] == 3
    assert (told["batch"], told["operator"], told["waived"]["amount"]) == (batch, "May Okafor", "0.00")
    assert told["refused_for"] == [{"code": "OPEN_LOANS", "name": "Items on loan", "patrons": 1}]
    assert told["head"]["entries"] == told["head"]["number"]
    assert told["rehearsal"] == TODAY
    assert "leaver" not in told.out.lower()


def test_a_certificate_in_lines(say, batch):
    out = say("batches", "certificate", batch).out
    assert f"Certificate of purge {batch} - Riverbank Secondary" in out
    assert "3 planned = 2 purged + 1 refused + 0 no longer there + 0 not reached" in out
    assert "Rehearsal: business dates are counted from" in out
    assert "eaver" not in out


def test_a_cut_tail_is_found_through_a_certificate(desk, library, batch, tmp_path):
    file = tmp_path / "certificate.json"
    told = desk("batches", "certificate", batch, "--out", file)
    assert told["certificate"] == str(file)
    assert desk("audit", "check", "--certificate", file)["compared"][-1] == f"the certificate of purge {batch}"
    cut(library, sa.delete(AuditEntry).where(AuditEntry.number == told["head"]["number"]))
    assert desk("audit", "check")["ok"], "nothing in the library knows of the entry"
    answer = desk("audit", "check", "--certificate", file, code=1)
    assert (answer["break"]["kind"], answer["break"]["number"]) == ("head", told["head"]["number"])


def test_what_the_command_answers_is_a_certificate_too(desk, batch, tmp_path):
    file = tmp_path / "answer.json"
    file.write_text(json.dumps(desk("batches", "certificate", batch).json), encoding="utf-8")
    assert desk("audit", "check", "--certificate", file)["ok"]


def test_a_changed_certificate_is_found(desk, batch, tmp_path):
    file = tmp_path / "certificate.json"
    desk("batches", "certificate", batch, "--out", file)
    file.write_text(file.read_text(encoding="utf-8").replace('"purged": 2', '"purged": 1'), encoding="utf-8")
    assert desk("audit", "check", "--certificate", file, code=1)["break"]["kind"] == "certificate"


def test_a_certificate_as_a_page(desk, batch, tmp_path):
    file = tmp_path / "certificate.html"
    desk("batches", "certificate", batch, "--out", file)
    page = file.read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert f"Certificate of purge {batch}" in page
    assert "eaver" not in page


@pytest.mark.parametrize(
    ("content", "code"), [(None, "MISSING"), ("{}", "WRONG_KIND"), ("<html>", "WRONG_KIND"), (b"\xff\xfe\x00", "WRONG_KIND")]
)
def test_what_is_no_certificate_is_exit_4(desk, tmp_path: Path, content, code):
    file = tmp_path / "c.json"
    if content is not None:
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert desk("audit", "check", "--certificate", file, code=4).error["code"] == code


def test_a_certificate_that_cannot_be_written_is_not_issued(desk, batch, tmp_path):
    before = desk("audit", "list")["total"]
    desk("batches", "certificate", batch, "--out", tmp_path / "absent" / "c.json", code=4)
    desk("batches", "certificate", 99, code=3)
    assert desk("audit", "list")["total"] == before
