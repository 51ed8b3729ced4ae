"""A deletion is called one wherever it is told: list, result, spreadsheet, certificate; and nothing says that loans are kept."""

from __future__ import annotations

import openpyxl
import pytest

from patrondesk.exporters import for_file
from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.reports import certificate, purged_patrons
from patrondesk.services import certificates, deleting
from patrondesk.services.purging.batch_reading import list_batches, read_batch
from patrondesk.services.purging.plan import make_plan
from patrondesk.services.purging.undo import undo_batch
from tests.builders import building

KEEPING = ("kept without", "stay for statistics", "purged", "purge ")


@pytest.fixture
def deletion(office):
    with building(office, balance_threshold="5.00") as school:
        patron = school.patron(family_name="Ihaka", given_name="Wiremu")
        for _ in range(3):
            school.loan(patron)
    return purge.run(office, deleting.make_plan(office, patron), Ticket()).batch.id


def test_the_certificate(office, deletion):
    issued = certificates.issue(office, deletion)
    paper = certificate.paper(issued)
    text = " | ".join(certificate.texts(paper))
    assert paper.title == f"Certificate of deletion {deletion}"
    assert "one patron and everything personal about that patron left the library; no statistics were kept." in paper.lead
    assert "1 deleted" in text
    assert "Past loans deleted | 3" in text
    assert "Small debts waived | None" in text
    assert "One patron, with “Delete patron”" in text
    assert "Ihaka" not in text
    assert not [word for word in KEEPING if word in text.replace("patrondesk", "")]
    document = certificate.document(issued)
    assert (document["kind"], document["policy"]["retain_deleted_patron_loans"]) == ("deletion", False)
    assert certificate.digest(document) == issued.digest


def test_a_certificate_of_a_purge_says_what_it_said_before(office):
    with building(office) as school:
        patron = school.patron()
    batch = purge.run(office, make_plan(office, [patron], source="list"), Ticket()).batch.id
    issued = certificates.issue(office, batch)
    assert "kind" not in certificate.document(issued)
    assert certificate.paper(issued).title == f"Certificate of purge {batch}"


def test_the_spreadsheet(office, deletion, tmp_path):
    target = tmp_path / "gone.xlsx"
    for_file(target).write(purged_patrons.build(read_batch(office, deletion), office.clock.now()), target)
    book = openpyxl.load_workbook(target)
    assert book.sheetnames == ["Deleted patrons", "Refused", "Summary"]
    head = [str(cell.value) for cell in book["Deleted patrons"][1]]
    assert {"Deleted at", "Deleted by", "Past loans deleted"} <= set(head)
    assert not [word for word in head if "Purged" in word]
    told = {row[0]: row[1] for row in book["Summary"].iter_rows(values_only=True)}
    assert (told["Deleted by"], told["Deleted"], told["Past loans deleted"], told["Past loans kept"]) == ("May Okafor", 1, 3, 0)
    assert told["Past loans"] == "Past loans are deleted with the patron; nothing is kept for statistics."
    assert book.properties.title == f"Deleted patrons, batch {deletion}"


def test_the_page_of_past_purges(office, deletion):
    words = pytest.importorskip("patrondesk.ui.screens.batches.words")
    today = office.clock.real_today()
    (line,) = list_batches(office)
    result = read_batch(office, deletion)
    assert words.source(line) == "Delete patron"
    assert words.share(line) == "1 of 1 deleted"
    assert words.heading([line], today) == "1 deletion, 1 patron in all; 1 can still be undone."
    assert words.loans(result) == "3 past loans were deleted with the patron; nothing is kept for statistics."
    assert words.why_no_undo(line, today) == ""
    assert "deactivated" not in words.explained(1, line.retain_loans, line.deletion)
    undo_batch(office, deletion)
    assert words.why_no_undo(list_batches(office)[0], today) == "Everybody is back already."


def test_a_deletion_among_purges(office, deletion):
    words = pytest.importorskip("patrondesk.ui.screens.batches.words")
    with building(office) as school:
        patron = school.patron()
    purge.run(office, make_plan(office, [patron], source="list"), Ticket())
    said = words.heading(list_batches(office), office.clock.real_today())
    assert said == "1 purge and 1 deletion, 2 patrons in all; 2 can still be undone."
