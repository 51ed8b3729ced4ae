"""The audit log's page: entries in words, filtered and paged; checked with a banner; exported; entries opened."""

from __future__ import annotations

import json
from dataclasses import replace

import openpyxl
import pytest
import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit, QTableView, QWidget

from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.models.audit import AuditEntry
from patrondesk.records.audit import AuditPage as Entries
from patrondesk.records.audit import AuditQuery, BreakKind, ChainBreak, ChainCheck, Head
from patrondesk.records.staff import Permission
from patrondesk.reports import certificate
from patrondesk.services import activation, audit, audit_reading, certificates, policy
from patrondesk.services.purging import plan
from patrondesk.ui.screens.audit import words as sentences
from patrondesk.ui.screens.audit.page import AuditPage
from patrondesk.ui.shell import theme
from patrondesk.ui.shell.changes import Changes
from patrondesk.ui.shell.runner import Runner
from tests.ui.demo_school import button, desk, find, nameless, waiting, without, words

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def office(tmp_path):
    with desk(tmp_path) as signed_in:
        yield signed_in


@pytest.fixture
def runner(qtbot):
    made = Runner()
    yield made
    assert made.close(10_000)


@pytest.fixture
def batch(office):
    """A purge, a setting and a patron enabled again: something for every filter."""
    going = [row.id for row in waiting(office, "none").rows[:3]]
    done = purge.run(office, plan.make_plan(office, going, source="page"), Ticket()).batch.id
    policy.change_setting(office, "undo_days", "20")
    activation.enable(office, waiting(office).rows[0].id)
    return done


@pytest.fixture
def page(qtbot, qapp, office, runner, batch):
    theme.apply(qapp, "light")
    return opened(qtbot, AuditPage(office, runner, Changes()), runner)


def opened(qtbot, made, runner):
    qtbot.addWidget(made)
    made.resize(1158, 740)
    made.show()
    made.refresh()
    idle(qtbot, runner)
    return made


def idle(qtbot, runner):
    qtbot.waitUntil(lambda: runner.idle, timeout=10_000)


def rows(page):
    model = page.table.model()
    return [[str(model.index(row, column).data()) for column in range(model.columnCount())] for row in range(model.rowCount())]


def said(page):
    return [row[3] for row in rows(page)]


def type_in(qtbot, page, name, text):
    field = find(page, name)
    assert isinstance(field, QLineEdit)
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text) if text else field.clear()
    qtbot.keyClick(field, Qt.Key.Key_Return)


def choose(page, name, words_):
    box = find(page, name)
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(box.findText(words_))


def test_entries_stand_in_words_the_newest_first(page, office, batch):
    assert said(page)[0].endswith("was enabled again.")
    assert "The setting “Days to undo a purge” was changed from 30 to 20." in said(page)
    numbers = [int(row[0]) for row in rows(page)]
    assert numbers == sorted(numbers, reverse=True)
    assert {row[2] for row in rows(page)} == {"Maria Okafor"}
    assert f"{len(numbers)} entries. Every change" in page._head.accessibleDescription()
    assert nameless(page) == []


def test_filters_by_kind_and_are_cleared(qtbot, page, runner):
    everything = len(rows(page))
    choose(page, "audit_kind", "Purges")
    idle(qtbot, runner)
    assert said(page)
    assert all(text.startswith("Purge 1") for text in said(page))
    assert "fit what is asked for" in page._head.accessibleDescription()
    qtbot.mouseClick(button(page, "audit_clear"), LEFT)
    idle(qtbot, runner)
    assert len(rows(page)) == everything


def test_filters_by_purge_by_person_and_by_day(qtbot, page, runner, batch, office):
    type_in(qtbot, page, "audit_batch", str(batch))
    idle(qtbot, runner)
    assert all("urge 1" in text for text in said(page))
    type_in(qtbot, page, "audit_batch", "")
    choose(page, "audit_staff", "Maria Okafor")
    type_in(qtbot, page, "audit_to", "1 Jan 2020")
    idle(qtbot, runner)
    assert rows(page) == []
    assert "No entry fits" in find(page, "audit_clear_all").parentWidget().accessibleName()
    qtbot.mouseClick(button(page, "audit_clear_all"), LEFT)
    idle(qtbot, runner)
    assert rows(page)


def test_filters_by_patron_by_username_and_by_number(qtbot, page, runner, office):
    row = waiting(office).rows[0]
    activation.enable(office, row.id)
    activation.disable(office, row.id)
    type_in(qtbot, page, "audit_patron", row.username)
    idle(qtbot, runner)
    assert [text.split(" was ")[-1] for text in said(page)] == ["deactivated.", "enabled again."]
    type_in(qtbot, page, "audit_patron", f"Patron {row.id}")
    idle(qtbot, runner)
    assert len(rows(page)) == 2
    type_in(qtbot, page, "audit_patron", "nobody-here")
    idle(qtbot, runner)
    assert rows(page) == []
    assert page.filters.patron.error == "Nobody here has that."
    assert "found by their number" in words(page)
    type_in(qtbot, page, "audit_patron", "")
    idle(qtbot, runner)
    assert page.filters.patron.error == ""


@pytest.mark.parametrize(
    ("name", "text", "error"),
    [
        ("audit_from", "31 Feb 2026", "no such day"),
        ("audit_from", "3/4/2026", "month as a word"),
        ("audit_batch", "seven", "Write its number"),
    ],
)
def test_what_cannot_be_read_is_said_below_the_field(qtbot, page, runner, name, text, error):
    before = rows(page)
    type_in(qtbot, page, name, text)
    idle(qtbot, runner)
    field = {"audit_from": page.filters.first, "audit_batch": page.filters.batch}[name]
    assert error in field.error
    assert rows(page) == before


def test_a_last_day_before_the_first_is_said(qtbot, page, runner):
    type_in(qtbot, page, "audit_from", "4 Mar 2026")
    type_in(qtbot, page, "audit_to", "3 Mar 2026")
    idle(qtbot, runner)
    assert page.filters.last.error == "This day lies before the first."


def test_pages_are_turned(qtbot, page, runner, office):
    for _ in range(15):
        activation.enable(office, waiting(office).rows[0].id)
    page.pager.rows_box.setCurrentIndex(page.pager.rows_box.findData(20))
    idle(qtbot, runner)
    first = rows(page)
    assert len(first) == 20
    qtbot.mouseClick(page.pager.next, LEFT)
    idle(qtbot, runner)
    assert int(rows(page)[0][0]) == int(first[-1][0]) - 1


# ------------------------------------------------------------------------------------------------------------- the check


def banner_of(qtbot, page):
    qtbot.waitUntil(lambda: page.findChild(object, "audit_checked") is not None, timeout=10_000)
    return page.findChild(object, "audit_checked")


def test_a_whole_log_is_said(qtbot, page, runner):
    qtbot.mouseClick(button(page, "audit_check"), LEFT)
    told = banner_of(qtbot, page)
    assert told.property("banner") == "done"
    assert "The audit log is whole" in told.accessibleName()
    assert "the backup of" in told.accessibleName()
    assert button(page, "audit_check").isEnabled()
    assert button(page, "audit_check").text() == "Check the log"


def test_a_broken_log_is_said_and_the_entry_is_shown(qtbot, page, runner, office):
    with office.database.write() as session:
        session.execute(sa.update(AuditEntry).where(AuditEntry.number == 2).values(actor="Somebody else"))
    choose(page, "audit_kind", "Settings")
    idle(qtbot, runner)
    qtbot.mouseClick(button(page, "audit_check"), LEFT)
    told = banner_of(qtbot, page)
    assert told.property("banner") == "not_done"
    assert "Entry 2 of the audit log was changed" in told.accessibleName()
    qtbot.mouseClick(button(page, "audit_see_break"), LEFT)
    idle(qtbot, runner)
    assert ["2", "Somebody else"] in [[row[0], row[2]] for row in rows(page)]


def test_a_cut_tail_is_found_with_a_certificate(qtbot, page, runner, office, batch, tmp_path):
    issued = certificates.issue(office, batch)
    file = tmp_path / "certificate.json"
    file.write_text(json.dumps(certificate.document(issued)), encoding="utf-8")
    with office.database.write() as session:
        session.execute(sa.delete(AuditEntry).where(AuditEntry.number == issued.head.number))
    qtbot.mouseClick(button(page, "audit_compare"), LEFT)
    dialog = page.findChild(QFileDialog, "audit_compare_dialog")
    dialog.filesSelected.emit([str(file)])
    dialog.reject()
    told = banner_of(qtbot, page)
    assert f"the certificate of purge {batch} knows entry {issued.head.number}" in told.accessibleName()


def test_a_file_that_is_no_certificate_is_said(qtbot, page, runner, tmp_path):
    file = tmp_path / "other.json"
    file.write_text("{}", encoding="utf-8")
    qtbot.mouseClick(button(page, "audit_compare"), LEFT)
    dialog = page.findChild(QFileDialog, "audit_compare_dialog")
    dialog.filesSelected.emit([str(file)])
    dialog.reject()
    idle(qtbot, runner)
    qtbot.waitUntil(lambda: "is not a certificate" in words(page))
    assert button(page, "audit_check").isEnabled()


# ------------------------------------------------------------------------------------------------------------- the rest


def test_an_entry_is_opened_by_enter_and_leads_to_its_purge(qtbot, page, runner, batch):
    choose(page, "audit_kind", "Purges")
    idle(qtbot, runner)
    view: QTableView = page.table
    view.setFocus()
    view.setCurrentIndex(view.model().index(0, 3))
    qtbot.keyClick(view, Qt.Key.Key_Return)
    dialog = page.findChild(object, "audit_entry_dialog")
    assert dialog is not None
    entry = page._model.record(0)
    assert nameless(dialog) == []
    assert f"Hash: {entry.hash}" in [widget.accessibleName() for widget in dialog.findChildren(QWidget)]
    with qtbot.waitSignal(page.batch_chosen) as got:
        qtbot.mouseClick(button(dialog, "audit_open_batch"), LEFT)
    assert got.args == [batch]


def test_an_entry_leads_to_its_patron(qtbot, page, runner):
    view: QTableView = page.table
    view.setCurrentIndex(view.model().index(0, 0))
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Return)
    dialog = page.findChild(object, "audit_entry_dialog")
    with qtbot.waitSignal(page.patron_chosen) as got:
        qtbot.mouseClick(button(dialog, "audit_open_patron"), LEFT)
    assert got.args == [page._model.record(0).patron_id]
    assert page.patron_here() == got.args[0]


def test_what_is_filtered_is_exported(qtbot, page, runner, tmp_path):
    choose(page, "audit_kind", "Settings")
    idle(qtbot, runner)
    qtbot.mouseClick(button(page, "audit_export"), LEFT)
    dialog = page.findChild(QFileDialog, "audit_export_dialog")
    file = tmp_path / "log.xlsx"
    dialog.fileSelected.emit(str(file))
    dialog.reject()
    idle(qtbot, runner)
    sheet = openpyxl.load_workbook(file).worksheets[0]
    assert [row[4] for row in sheet.iter_rows(min_row=2, values_only=True)] == ["settings.change"]
    qtbot.waitUntil(lambda: "The audit log is saved as log.xlsx." in words(page))


def test_without_the_right_the_page_says_so(qtbot, qapp, office, runner):
    page = opened(qtbot, AuditPage(without(office, Permission.REPORTS), runner, Changes()), runner)
    assert "The audit log is for those who may see reports" in words(page)
    assert not button(page, "audit_check").isVisible()


def test_an_entry_with_the_clock_set_back_is_marked(office):
    with office.database.write() as session:
        head = audit.read_head(session)
        earlier = office.clock.now().replace(year=2020)
        audit.write_entry(
            session, earlier, library_id=office.library_id, actor_id=None, actor="M", operation="settings.change",
            patron_id=None, facts={},
        )  # fmt: skip
    entry = audit_reading.list_entries(office, AuditQuery()).entries[0]
    assert entry.number == head.number + 1
    assert sentences.SET_BACK in sentences.what(entry)
    assert sentences.SET_BACK_TIP in sentences.tip(entry)
    assert sentences.SET_BACK not in sentences.what(replace(entry, set_back=False))


def test_sentences():
    head = Head(1204, "0" * 64)
    whole = ChainCheck(1204, head, None, ("the backup of 4 Dec 2026, 10:12",))
    assert sentences.checked(whole)[0] == "done"
    assert sentences.checked(replace(whole, set_back=1))[0] == "look"
    many = replace(whole, compared=(*["the backup of x"] * 4, "the certificate of purge 7"))
    assert "the heads kept with 4 backups and the certificate of purge 7" in sentences.checked(many)[2]
    broken = replace(whole, first_break=ChainBreak(BreakKind.MISSING, 3, "Entry 3 is missing."))
    assert sentences.checked(broken) == ("not_done", "Entry 3 is missing.", sentences.KEEP)
    assert sentences.heading(Entries((), 1, 50, 1), filtered=True) == "1 entry fits what is asked for."
