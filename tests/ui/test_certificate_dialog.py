"""Certificates in the window: opened from the result and from past purges, shown on white, saved as PDF, page and JSON."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo
from PySide6.QtWidgets import QDialog, QFileDialog, QTextBrowser, QWidget

from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.records.certificates import ReasonCount
from patrondesk.records.staff import Permission
from patrondesk.reports import certificate
from patrondesk.services import audit_reading, certificates, verdict
from patrondesk.services.purging import plan
from patrondesk.services.reason_words import reason_name
from patrondesk.ui.screens.batches.page import BatchesPage
from patrondesk.ui.screens.purge.page import PurgePage
from patrondesk.ui.screens.purge.result import ResultDialog
from patrondesk.ui.shell import paper_pages, theme
from patrondesk.ui.shell.certificate_dialog import CertificateDialog
from patrondesk.ui.shell.changes import Changes
from patrondesk.ui.shell.runner import Runner
from tests.ui.demo_school import button, desk, find, nameless, waiting, without

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
def done(office):
    going = [row.id for row in waiting(office, "none").rows[:4]]
    staying = [row.id for row in waiting(office, "any").rows[:2]]
    return purge.run(office, plan.make_plan(office, [*going, *staying], source="page"), Ticket())


@pytest.fixture
def dialog(qtbot, qapp, office, runner, done):
    theme.apply(qapp, "dark")
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(1200, 700)
    host.show()
    made = CertificateDialog(host, certificates.issue(office, done.batch.id), runner)
    made.open()
    yield made
    made.reject()
    theme.apply(qapp, "light")


def idle(qtbot, runner):
    qtbot.waitUntil(lambda: runner.idle, timeout=10_000)


def certificate_over(qtbot, page, runner):
    idle(qtbot, runner)
    qtbot.waitUntil(lambda: page.window().findChild(CertificateDialog) is not None, timeout=10_000)
    return page.window().findChild(CertificateDialog)


def test_it_is_opened_from_past_purges(qtbot, qapp, office, runner, done):
    page = BatchesPage(office, runner, Changes())
    qtbot.addWidget(page)
    page.resize(1158, 740)
    page.show()
    page.show_batch(done.batch.id)
    idle(qtbot, runner)
    qtbot.mouseClick(button(page, "batch_certificate"), LEFT)
    shown = certificate_over(qtbot, page, runner)
    text = find(shown, "certificate_page").toPlainText()
    assert f"Certificate of purge {done.batch.id}" in text
    assert audit_reading.list_entries(office, audit_reading.AuditQuery()).entries[0].operation == "certificate.issue"
    shown.reject()


def test_it_is_opened_from_the_result(qtbot, qapp, office, runner, done):
    page = PurgePage(office, runner)
    qtbot.addWidget(page)
    page.resize(1158, 740)
    page.show()
    idle(qtbot, runner)
    page.purging.show_result(done)
    result = page.window().findChild(ResultDialog)
    qtbot.mouseClick(button(result, "result_certificate"), LEFT)
    idle(qtbot, runner)
    qtbot.waitUntil(lambda: result.findChild(CertificateDialog) is not None, timeout=10_000)
    shown = result.findChild(CertificateDialog)
    assert shown.isVisible()
    shown.reject()
    result.reject()


def test_without_the_right_the_buttons_say_why(qtbot, qapp, office, runner, done):
    less = without(office, Permission.REPORTS)
    page = BatchesPage(less, runner, Changes())
    qtbot.addWidget(page)
    page.show()
    page.show_batch(done.batch.id)
    idle(qtbot, runner)
    assert not button(page, "batch_certificate").isEnabled()
    assert "An administrator" in button(page, "batch_certificate").toolTip()


def test_it_is_ink_on_white_in_a_dark_look_and_has_names(qtbot, dialog):
    page = find(dialog, "certificate_page")
    assert isinstance(page, QTextBrowser)
    picture = page.grab().toImage()
    assert picture.pixelColor(picture.width() // 2, 4) == QColor("#FFFFFF")
    assert nameless(dialog) == []
    assert "names no patron" in find(dialog, "certificate_said").accessibleName()


def test_its_words_are_those_of_the_certificate_and_nobodys_name(dialog, done):
    text = find(dialog, "certificate_page").toPlainText()
    assert "6" in text
    for said in certificate.texts(dialog.paper):
        for part in said.split():
            assert part in text
    names = {word for one in (*done.purged, *done.refused) for word in (one.name, one.username, one.barcode) if word}
    assert not [name for name in names if name in text]


@pytest.mark.parametrize("ending", ["pdf", "html", "json"])
def test_it_is_saved(qtbot, dialog, runner, tmp_path, ending):
    qtbot.mouseClick(button(dialog, "certificate_save"), LEFT)
    asked = dialog.findChild(QFileDialog, "certificate_save_dialog")
    file = tmp_path / f"certificate.{ending}"
    with qtbot.waitSignal(dialog.saved, timeout=10_000):
        asked.fileSelected.emit(str(file))
    asked.reject()
    content = file.read_bytes()
    assert content.startswith({"pdf": b"%PDF", "html": b"<!DOCTYPE", "json": b"{"}[ending])
    assert f"Saved as “certificate.{ending}”." in find(dialog, "certificate_said").accessibleName()
    if ending == "json":
        known = certificate.known_head(content.decode())
        assert known.digest == json.loads(content)["digest"]


def test_a_kind_that_is_not_known_or_a_place_that_is_not_there_is_said(qtbot, dialog, runner, tmp_path):
    for file in (tmp_path / "certificate.docx", tmp_path / "absent" / "certificate.json"):
        dialog.save_as(file)
        idle(qtbot, runner)
        qtbot.waitUntil(lambda: dialog.findChild(QWidget, "fault_dialog") is not None)
        fault = dialog.findChild(QWidget, "fault_dialog")
        fault.reject()
        qtbot.waitUntil(lambda: dialog.findChild(QWidget, "fault_dialog") is None)
        assert not file.exists()


def test_it_is_printed(dialog, tmp_path):
    file = tmp_path / "printed.pdf"
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    paper_pages.set_up(printer)
    printer.setOutputFileName(str(file))
    dialog.print_on(printer)
    assert pages(file.read_bytes()) == 1
    assert "Sent to the printer." in find(dialog, "certificate_said").accessibleName()


@pytest.mark.skipif(bool(QPrinterInfo.availablePrinterNames()), reason="this computer has a printer")
def test_without_a_printer_the_button_says_so(dialog):
    assert not button(dialog, "certificate_print").isEnabled()
    assert "No printer is set up" in button(dialog, "certificate_print").toolTip()


def test_printing_asks_for_the_printer(qtbot, dialog, monkeypatch):
    opened = []
    monkeypatch.setattr(QDialog, "open", opened.append)
    dialog.print.setEnabled(True)
    qtbot.mouseClick(dialog.print, LEFT)
    assert [each.objectName() for each in opened] == ["certificate_print_dialog"]
    opened[0].deleteLater()


def pages(content: bytes) -> int:
    return content.count(b"/Type /Page\n")


def test_it_stands_on_one_page_however_many_reasons_there_are(qtbot, qapp, office, done):
    issued = certificates.issue(office, done.batch.id)
    assert pages(paper_pages.pdf(certificate.paper(issued))) == 1
    codes = [*{code for scope in verdict.Scope for code in verdict.codes_of(scope)}, verdict.CHECK_FAILED]
    every = tuple(ReasonCount(code, reason_name(code), 1) for code in codes)
    c = issued.certificate
    aside = tuple(ReasonCount(code, reason_name(code), 1) for code in verdict.overridable_codes())
    crowded = replace(c, refused_for=every, set_aside=aside, library="Riverbank Secondary School and Community Library " * 2)
    assert pages(paper_pages.pdf(certificate.paper(replace(issued, certificate=crowded)))) == 1
