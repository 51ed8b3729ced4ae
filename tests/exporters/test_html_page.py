"""Web pages: well-formed, every word there and nothing live; sums shown as sums; what a browser needs and Qt must not see."""

from __future__ import annotations

import datetime as dt
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrondesk.exporters import html_page
from patrondesk.records.papers import Facts, Line, Paper, Section, Signature, Sum
from patrondesk.records.tables import Amount, Column, Kind, Report, Sheet

EMPTY = {"meta", "br"}
PAPER = Paper(
    "Certificate of purge 7",
    "Riverbank & Sons",
    "24 patrons left.",
    (
        Section("", (Sum((24, "planned"), ((20, "purged"), (4, "refused"))), Line("2 of them are back."))),
        Section("The purge", (Facts((("By", "Ana <Pop>"), ("When", "4 Dec 2026"))),)),
        Section("Rules", (Facts((("Days", "30"),)),), beside=True),
        Section("Proof", (Facts((("Entry 6", "ab" * 32),), exact=True), Line("How to check.", quiet=True))),
        Section("", (Signature(("Date", "Signature")),)),
    ),
    ("Nobody is named.",),
)


class Reader(HTMLParser):
    """The words in order, and whether every element is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []
        self.kinds: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.kinds.add(tag)
        assert not [name for name, _ in attrs if name.startswith("on") or name in ("src", "href")], "something live"
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip() and "style" not in self.open:
            self.words.append(data.strip())


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    assert not reader.kinds & {"script", "link", "img", "iframe", "object"}
    return reader


def test_a_paper_has_every_word_in_order() -> None:
    words = read(html_page.render(PAPER)).words
    wanted = [
        "Certificate of purge 7",
        "Riverbank & Sons",
        "24 patrons left.",
        "24",
        "planned",
        "=",
        "20",
        "purged",
        "+",
        "4",
        "refused",
        "2 of them are back.",
        "The purge",
        "By",
        "Ana <Pop>",
        "When",
        "4 Dec 2026",
        "Rules",
        "Days",
        "30",
        "Proof",
        "Entry 6",
        "ab" * 32,
        "How to check.",
        "Date",
        "Signature",
        "Nobody is named.",
    ]
    assert [word for word in words if word in wanted][1:] == wanted, "the first is the title of the window"


def test_smaller_letters_are_smaller() -> None:
    assert "font-size: 19.00pt" in html_page.render(PAPER)
    assert "font-size: 9.50pt" in html_page.render(PAPER, 0.5)


def test_what_is_for_browsers_is_in_the_file_and_not_in_the_window(tmp_path: Path) -> None:
    html_page.write_paper(PAPER, tmp_path / "page.html")
    written = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "@media screen" in written
    assert "size: A4" in written
    assert "@media" not in html_page.render(PAPER), "Qt takes such a margin for its own"


def test_a_sum_that_does_not_add_up_is_none() -> None:
    with pytest.raises(AssertionError):
        Sum((24, "planned"), ((20, "purged"), (3, "refused")))


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(TEXT, TEXT, st.integers(0, 10**6), st.integers(0, 10**6))
def test_any_words_come_out_as_they_are(what: str, value: str, one: int, other: int) -> None:
    paper = Paper(
        "T", value, what, (Section(what, (Facts(((what, value),)), Sum((one + other, what), ((one, value), (other, "b"))))),)
    )
    page = html_page.render(paper)
    read(page)
    assert f"{one + other:,}" in page


def test_a_report_is_a_page_with_its_tables(tmp_path: Path) -> None:
    columns = (
        Column("name", "Name"),
        Column("owes", "Owes", Kind.MONEY),
        Column("at", "At", Kind.DATETIME),
        Column("n", "N", Kind.INTEGER),
        Column("any", "Any", Kind.MIXED),
        Column("day", "Day", Kind.DATE),
    )
    at = dt.datetime(2026, 12, 4, 10, 12, tzinfo=dt.UTC)
    row = ("Ana <b>\nPop", -650, at, 1204, Amount(1250), dt.date(2026, 3, 4))
    report = Report(
        "Log",
        "Riverbank",
        at,
        (Sheet("Entries", columns, [row, (None,) * 6], ("a note",)), Sheet("Sum", columns, [])),
        rehearsal=dt.date(2027, 1, 1),
    )
    written = html_page.write(report, tmp_path / "log.html")
    assert written.rows == 2
    reader = read((tmp_path / "log.html").read_text(encoding="utf-8"))
    here = at.astimezone()
    for word in (
        "Log",
        "Entries",
        "Sum",
        "Name",
        "Ana <b>",
        "Pop",
        "−$6.50",
        f"4 Dec 2026, {here:%H:%M}",
        "1,204",
        "$12.50",
        "4 Mar 2026",
        "a note",
        "Rehearsal: business dates are counted from 1 January 2027.",
    ):
        assert word in reader.words
