"""The purge by words: page, list and plan; previewed, confirmed, refused, overridden, stopped, exported, undone."""

from __future__ import annotations

import json

import openpyxl
import pytest

from patrondesk.bootstrap import open_library
from patrondesk.jobs import purge as job
from patrondesk.services import loans
from patrondesk.services.patrons import find_patron_id
from patrondesk.services.signin import sign_in
from tests.cli.conftest import names
from tests.conftest import LIBRARIAN, PASSWORD

pytestmark = pytest.mark.usefixtures("leavers")
ALL = [f"leaver{n}" for n in range(1, 9)]
FREE = ALL[:5]


def adds_up(answer):
    assert answer["planned"] == answer["purged"] + answer["vanished"] + answer["not_reached"] + len(answer["refused"])
    return [answer["planned"], answer["purged"], answer["vanished"], answer["not_reached"], len(answer["refused"])]


def present(desk):
    return {row["username"] for row in desk("patrons", "list")["rows"]} - {LIBRARIAN}


def test_candidates_are_told_as_the_contract_says(desk):
    answer = desk("candidates", "--page-size", 20)
    assert [answer["total"], answer["page"], answer["page_size"], answer["pages"]] == [8, 1, 20, 1]
    assert answer["counts"] == {"eligible": 5, "OPEN_LOANS": 1, "BALANCE_DUE": 2}
    rows = {row["username"]: row for row in answer["rows"]}
    assert [rows[u]["eligible"] for u in ALL] == [True] * 5 + [False] * 3
    assert all(row["eligible"] == (not row["reasons"]) for row in rows.values())
    assert (rows["leaver1"]["balance"], rows["leaver7"]["balance"], rows["leaver8"]["balance"]) == ("0.00", "18.50", None)
    assert rows["leaver6"]["open_loans"] == 1
    reason = rows["leaver7"]["reasons"][0]
    assert (reason["code"], reason["count"], reason["amount"], reason["severity"]) == ("BALANCE_DUE", 1, "18.50", "overridable")
    assert "18.50" in reason["text"]


def test_candidates_are_filtered_and_sorted(desk):
    assert desk("candidates", "--reason", "none")["total"] == 5
    assert desk("candidates", "--reason", "any")["total"] == 3
    assert desk("candidates", "--search", "leaver6")["rows"][0]["username"] == "leaver6"
    assert desk("candidates", "--sort", "username", "--descending")["rows"][0]["username"] == "leaver8"
    beyond = desk("candidates", "--page", 9)
    assert (beyond["rows"], beyond["total"]) == ([], 8)


@pytest.mark.parametrize("said", [["--page-size", "30"], ["--page", "0"], ["--reason", "LUCK"], ["--sort", "shoe"]], ids=" ".join)
def test_candidates_refuse_what_is_not_offered(desk, said):
    assert desk("candidates", *said, code=2).error["text"]


def test_candidates_in_lines(say):
    out = say("candidates").out
    assert "8 candidates. 5 can go now, 3 have something in the way." in out
    assert "Can go now" in out
    assert "$18.50" in out
    assert "not known" in out


def test_a_preview_changes_nothing(desk, tmp_path):
    answer = desk("purge", "--usernames", names(tmp_path, *ALL, "ghost"), "--preview", code=1)
    assert adds_up(answer) == [9, 5, 1, 0, 3]
    assert "batch" not in answer.json
    assert answer["preview"] is True
    assert answer["unknown"] == ["ghost"]
    assert answer["undo_until"]
    assert len(present(desk)) == 8
    assert desk("batches", "list")["batches"] == []


def test_nobody_to_ask_and_no_yes(desk, tmp_path, environment):
    environment.setattr("patrondesk.cli.desk.at_terminal", lambda: False)
    refused = desk("purge", "--usernames", names(tmp_path, *ALL), code=3)
    assert refused.error["code"] == "NOT_CONFIRMED"
    assert len(present(desk)) == 8


def test_a_list_is_purged_exported_and_undone(desk, tmp_path):
    out = tmp_path / "purged.xlsx"
    answer = desk("purge", "--usernames", names(tmp_path, *ALL, "ghost"), "--export", out, "--yes", code=1)
    assert adds_up(answer) == [9, 5, 1, 0, 3]
    assert {r["username"]: [x["code"] for x in r["reasons"]] for r in answer["refused"]} == {
        "leaver6": ["OPEN_LOANS"], "leaver7": ["BALANCE_DUE"], "leaver8": ["BALANCE_DUE"],
    }  # fmt: skip
    assert present(desk) == set(ALL) - set(FREE)
    book = openpyxl.load_workbook(out)
    assert len(book.worksheets) == 3
    assert {cell.value for cell in book.worksheets[0]["B"]} >= set(FREE)
    assert [b["purged"] for b in desk("batches", "list")["batches"]] == [5]
    back = desk("batches", "undo", answer["batch"])
    assert (back["restored"], back["loans"]) == (5, 5)
    assert len(present(desk)) == 8
    assert desk("verify")["ok"] is True


def test_a_page_takes_those_of_it_that_can_go(desk):
    answer = desk("purge", "--page", 1, "--page-size", 20, "--yes")
    assert adds_up(answer) == [5, 5, 0, 0, 0]
    nothing = desk("purge", "--page", 1, "--page-size", 20, "--yes")
    assert adds_up(nothing) == [0, 0, 0, 0, 0]
    assert nothing["batch"] is None


def test_a_page_follows_its_filters(desk):
    assert adds_up(desk("purge", "--page", 1, "--search", "leaver3", "--yes")) == [1, 1, 0, 0, 0]
    assert present(desk) == set(ALL) - {"leaver3"}
    assert adds_up(desk("purge", "--page", 5, "--yes")) == [0, 0, 0, 0, 0]
    assert desk("purge", "--page", 1, "--page-size", 30, "--yes", code=2).error["text"]


def test_what_is_searched_for_is_not_kept(desk, library):
    desk("purge", "--page", 1, "--search", "leaver3", "--yes")
    assert desk("verify")["ok"] is True


def test_a_plan_is_run_later_and_tells_what_changed(desk, library, tmp_path):
    plan = tmp_path / "plan.json"
    desk("purge", "--usernames", names(tmp_path, "leaver1", "leaver2", "leaver7"), "--preview", "--plan-out", plan, code=1)
    assert "leaver" not in plan.read_text()
    desk("patrons", "protect", "leaver2", "--reason", "comes back")
    fine = desk("fines", "list", "leaver7")["fines"][0]["id"]
    desk("fines", "pay", fine)
    answer = desk("purge", "--plan", plan, "--yes", code=1)
    assert adds_up(answer) == [3, 2, 0, 0, 1]
    assert sorted(answer["changed_since_preview"]) == ["leaver2", "leaver7"]
    assert [(r["username"], r["changed_since_preview"]) for r in answer["refused"]] == [("leaver2", True)]


def test_a_plan_that_is_none_and_one_of_another_library(desk, tmp_path):
    file = tmp_path / "plan.json"
    file.write_text("{}")
    assert desk("purge", "--plan", file, "--yes", code=4).error["code"] == "WRONG_KIND"
    assert desk("purge", "--plan", tmp_path / "none", "--yes", code=4).error["code"] == "MISSING"
    desk("purge", "--page", 1, "--preview", "--plan-out", file)
    file.write_text(json.dumps(json.loads(file.read_text()) | {"library": "Elsewhere"}))
    assert desk("purge", "--plan", file, "--yes", code=3).error["code"] == "OTHER_LIBRARY"


def test_a_reason_is_set_aside_for_all(desk):
    answer = desk("purge", "--page", 1, "--override", "balance_due", "--comment", "school closes", "--yes")
    assert adds_up(answer) == [7, 7, 0, 0, 0]
    assert answer["waived"] == {"fines": 2, "amount": "18.50"}
    shown = {p["username"]: p["overridden"] for p in desk("batches", "show", answer["batch"])["patrons"]}
    assert shown["leaver7"] == ["BALANCE_DUE"]
    assert shown["leaver1"] == []


def test_reasons_are_set_aside_patron_by_patron(desk, tmp_path):
    file = tmp_path / "overrides.csv"
    file.write_text("username,code,comment\nleaver7,BALANCE_DUE,agreed with the office\n")
    answer = desk("purge", "--usernames", names(tmp_path, "leaver7", "leaver8"), "--overrides", file, "--yes", code=1)
    assert adds_up(answer) == [2, 1, 0, 0, 1]
    assert answer["refused"][0]["username"] == "leaver8"


def test_overrides_that_cannot_be(desk, tmp_path):
    listed = names(tmp_path, "leaver6")
    bad, strange, empty = tmp_path / "bad.csv", tmp_path / "strange.csv", tmp_path / "empty.csv"
    bad.write_text("who,what\nleaver6,x\n")
    strange.write_text("username,code,comment\nghost,BALANCE_DUE,x\n")
    empty.write_text("username,code,comment\nleaver7,BALANCE_DUE,\n")
    for said, code in (
        (["--override", "OPEN_LOANS", "--comment", "x"], 2), (["--override", "BALANCE_DUE"], 2), (["--overrides", bad], 4),
        (["--overrides", strange], 2), (["--overrides", empty], 2), (["--overrides", tmp_path / "none.csv"], 4),
    ):  # fmt: skip
        assert desk("purge", "--usernames", listed, *said, "--yes", code=code).error["text"], said
    assert len(present(desk)) == 8


@pytest.mark.parametrize(
    "content",
    [
        b"leaver1\r\n\r\n  leaver2  \r\nleaver1\r\n",
        b"\xef\xbb\xbfusername\nleaver1\nleaver2\n",
        b"name;Username;x\nAna;leaver1;1\nBo;leaver2;2\n",
        "leaver1\nleaver2\n".encode("utf-16"),
        b"barcode\nB1\nB2\n",
    ],
    ids="lines bom table wide barcodes".split(),
)
def test_files_of_names(desk, tmp_path, content):
    file = tmp_path / "names.csv"
    file.write_bytes(content)
    assert adds_up(desk("purge", "--usernames", file, "--preview")) == [2, 2, 0, 0, 0]


def test_a_workbook_of_names(desk, tmp_path):
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (["Family", "Username"], ["A", "leaver1"], ["B", None], ["C", "leaver2"]):
        book.active.append(row)
    book.save(tmp_path / "names.xlsx")
    assert adds_up(desk("purge", "--usernames", tmp_path / "names.xlsx", "--preview")) == [2, 2, 0, 0, 0]


@pytest.mark.parametrize(("content", "code"), [(b"", "EMPTY_FILE"), (b"\n \n", "EMPTY_FILE"), (b"%PDF-1.7 x", "WRONG_KIND"),
                                               (b"a,b\n1,2\n", "NO_USABLE_COLUMN"), (b"username\n", "EMPTY_FILE")])  # fmt: skip
def test_files_that_name_nobody(desk, tmp_path, content, code):
    file = tmp_path / "names.csv"
    file.write_bytes(content)
    assert desk("purge", "--usernames", file, "--preview", code=4).error["code"] == code


def test_a_loan_made_after_the_plan_refuses_the_patron(desk, library, environment, tmp_path):
    real = job.run

    def meanwhile(office, plan, ticket, **more):
        other = sign_in(open_library(library), LIBRARIAN, PASSWORD)
        patron = find_patron_id(other, "leaver1")
        loan = next(line.id for line in loans.list_loans(other, patron))
        with other.database.write() as session:
            from patrondesk.models.loan import Loan

            session.get_one(Loan, loan).status = "open"
        other.database.close()
        return real(office, plan, ticket, **more)

    environment.setattr(job, "run", meanwhile)
    answer = desk("purge", "--page", 1, "--yes", code=1)
    assert adds_up(answer) == [5, 4, 0, 0, 1]
    assert answer["refused"][0]["username"] == "leaver1"


def stopped(desk, environment, tmp_path, who):
    """A purge of these in chunks of two, at whose first chunk somebody presses Ctrl+C."""
    import signal

    from patrondesk.services.purging.chunk import purge_chunk as real_chunk

    real_run = job.run

    def pressed(*args, **more):
        done = real_chunk(*args, **more)
        signal.raise_signal(signal.SIGINT)
        return done

    with environment.context() as patched:
        patched.setattr(job, "purge_chunk", pressed)
        patched.setattr(job, "run", lambda *args, **more: real_run(*args, **more, chunk=2))
        return desk("purge", "--usernames", names(tmp_path, *who), "--yes", code=130)


def test_ctrl_c_stops_between_chunks_with_the_true_numbers(desk, environment, tmp_path):
    answer = stopped(desk, environment, tmp_path, FREE)
    assert adds_up(answer) == [5, 2, 0, 3, 0]
    assert answer["state"] == "stopped"
    assert len(present(desk)) == 6


def test_a_stopped_purge_goes_on(desk, environment, tmp_path):
    batch = stopped(desk, environment, tmp_path, ALL)["batch"]
    assert desk("batches", "close", batch, code=3).error["code"] == "NOT_INTERRUPTED"
    answer = desk("batches", "resume", batch, "--yes", code=1)
    assert adds_up(answer) == [8, 5, 0, 0, 3]
    assert (answer["batch"], answer["state"], answer["residue"]) == (batch, "completed_with_exceptions", [])
    assert present(desk) == set(ALL[5:])
    assert desk("batches", "resume", batch, "--yes", code=3).error["code"] == "NOBODY"


def test_what_is_left_of_the_purged_is_told(desk):
    name = next(row["name"] for row in desk("candidates")["rows"] if row["username"] == "leaver1")
    desk("patrons", "protect", "leaver6", "--reason", f"sister of {name}")
    (told,) = desk("purge", "--page", 1, "--yes")["residue"]
    assert told.startswith("Purged patrons are still mentioned in reasons to keep other patrons: 1 place")
    assert [problem["text"] for problem in desk("verify", code=1)["problems"]] == [told]


def test_the_person_types_what_is_asked(words, library, environment, capsys):
    typed: list[str] = []
    environment.setattr("patrondesk.cli.desk.at_terminal", lambda: True)
    environment.setattr("sys.stdin", type("Typed", (), {"readline": lambda self: typed.pop(0)})())
    said = ("--database", library, "--staff", LIBRARIAN, "purge", "--page", 1)
    typed.append("no\n")
    refused = words(*said)
    assert refused.code == 3
    assert "5 patrons and everything personal about them leave the library; their 5 past loans stay, without names" in refused.err
    assert "Type yes to confirm" in refused.err
    words("--database", library, "--staff", LIBRARIAN, "--json", "settings", "set", "typed_confirmation_above", "3")
    typed.append("4\n")
    assert words(*said).code == 3
    typed.append("5\n")
    done = words(*said)
    assert done.code == 0
    assert "Type 5 to confirm" in done.err
    assert "5 patrons purged, 0 refused." in done.out
    assert "Undo is possible until" in done.out


def test_a_purge_that_cannot_be_undone_says_so(desk, say):
    desk("settings", "set", "undo_days", 0)
    assert "this cannot be undone" in say("purge", "--page", 1, "--preview").out
    answer = desk("purge", "--page", 1, "--yes")
    assert answer["undo_until"] is None
    assert desk("batches", "undo", answer["batch"], code=3).error["code"] == "TOO_LATE"


def test_an_export_that_cannot_be_is_refused_before_anything_is_done(desk, tmp_path):
    for target, code in ((tmp_path / "none" / "x.xlsx", 4), (tmp_path / "x.doc", 2)):
        assert desk("purge", "--page", 1, "--export", target, "--yes", code=code).error["text"]
    assert len(present(desk)) == 8


def test_an_export_that_fails_afterwards_does_not_hide_the_purge(desk, environment, tmp_path):
    from patrondesk.cli import writing
    from patrondesk.errors import Unusable

    def full(*_):
        raise Unusable("The disk is full.", "Make room.", "DISK_FULL")

    environment.setattr(writing, "write", full)
    answer = desk("purge", "--page", 1, "--export", tmp_path / "x.xlsx", "--yes", code=4)
    assert adds_up(answer) == [5, 5, 0, 0, 0]
    assert "batches export" in answer.error["next_step"]


def test_batches_are_shown_exported_and_undone_in_part(desk, say, tmp_path):
    batch = desk("purge", "--page", 1, "--yes")["batch"]
    shown = desk("batches", "show", batch)
    assert {p["username"] for p in shown["patrons"]} == set(FREE)
    assert "5 planned = 5 purged" in say("batches", "show", batch).out
    for target in ("a.xlsx", "b.csv", "c.json"):
        assert desk("batches", "export", batch, tmp_path / target)["rows"] >= 5
    assert desk("batches", "export", batch, "--out", tmp_path / "d.csv")["rows"] == 5
    assert desk("batches", "export", batch, code=2).error["text"]
    part = desk("batches", "undo", batch, "--usernames", names(tmp_path, "leaver1", "B2", "ghost"), "--yes", code=1)
    assert (part["restored"], part["unknown"]) == (2, ["ghost"])
    assert desk("batches", "undo", batch, "--usernames", names(tmp_path, "ghost"), code=3).error["code"] == "NOBODY"
    rest = say("batches", "undo", batch)
    assert "3 patrons brought back" in rest.out
    assert desk("batches", "undo", batch, code=3).error["code"] == "NOBODY"
    assert desk("batches", "show", 99, code=3).error["code"] == "NOT_FOUND"


def test_an_undo_tells_who_has_the_barcode_by_now(desk, say, tmp_path):
    batch = desk("purge", "--page", 1, "--yes")["batch"]
    desk("patrons", "add", "--family-name", "New", "--barcode", "B1")
    answer = desk("batches", "undo", batch, code=1)
    assert [(c["field"], c["value"]) for c in answer["clashes"]] == [("barcode", "B1")]
    assert answer["restored"] == 5
