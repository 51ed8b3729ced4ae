"""Web pages (.html): reports as tables to be read, and papers as pages to be printed, in the HTML that Qt's printing knows too.

Nothing is fetched from anywhere and nothing runs: one file, black on white, that any browser of any year shows.
"""

from __future__ import annotations

import base64
import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator
from html import escape
from pathlib import Path

from patrondesk import messages, money
from patrondesk.exporters.base import Exporter, whole_file
from patrondesk.records.papers import Block, Facts, Line, Paper, Section, Signature, Sum
from patrondesk.records.tables import Amount, Attached, Column, Kind, Report, Sheet, Value, Written, local

_INK, _QUIET, _RULE, _FAINT = "#1D2126", "#50565D", "#B9B5AB", "#DEDBD3"
_STYLES = {
    "title": (19, "font-weight: 600"),
    "owner": (12, f"color: {_QUIET}"),
    "lead": (11.5, "margin: 4px 0 6px 0"),
    "section": (10.5, "font-weight: 600"),
    "what": (9.5, f"color: {_QUIET}"),
    "big": (17, "font-weight: 600"),
    "words": (9.5, "margin: 5px 0 2px 0"),
    "quiet": (8, f"color: {_QUIET}"),
    "exact": (7.5, "font-family: 'DejaVu Sans Mono', Consolas, Menlo, monospace; word-break: break-all"),
}
"""Classes of the page: size in points, and what else."""
_TEXT = 9.5
_TAIL = "</body></html>\n"
_WIDE = '<table width="100%" cellspacing="0" cellpadding="0">'
_PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")
_NOTHING = '<span style="font-size: 3pt">&nbsp;</span>'


def _head(title: str, page: str, width: str, scale: float = 1.0) -> str:
    """What comes before the words. `width`: how wide a browser shows the page; empty for none, which Qt would misread."""
    browsers = f"@page {{ size: {page}; margin: 14mm }}\n@media screen {{ body {{ max-width: {width}; margin: 12mm auto }} }}\n"
    styles = "".join(f".{name} {{ font-size: {size * scale:.2f}pt; {more} }}\n" for name, (size, more) in _STYLES.items())
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>\n<style>\n'
        f"body {{ font-family: Inter, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif; font-size: {_TEXT * scale:.2f}pt; "
        f"color: {_INK}; background: #FFFFFF }}\n"
        f"{browsers if width else ''}"
        f"p {{ margin: 0 0 4px 0 }}\ntd, th {{ vertical-align: top; text-align: left; font-size: {_TEXT * scale:.2f}pt }}\n"
        f".right {{ text-align: right }}\n{styles}</style></head><body>\n"
    )


def _title(words: str, kind: str, level: int) -> str:
    # A heading's own element is drawn in a size of its own by Qt, whatever the style says.
    return f'<p class="{kind}" role="heading" aria-level="{level}">{escape(words)}</p>'


def _rule(colour: str = _RULE) -> str:
    # A table's line is drawn by browsers and by Qt alike; a rule of its own comes out in two colours there.
    return f'{_WIDE}<tr><td style="border-top: 1px solid {colour}">{_NOTHING}</td></tr></table>'


# ------------------------------------------------------------------------------------------------------------ papers


def render(paper: Paper, scale: float = 1.0, width: str = "") -> str:
    """A paper as a page. `scale` makes its letters smaller or larger; `width` is for browsers ("182mm"), empty for Qt."""
    return "".join(
        [
            _head(paper.title, "A4", width, scale),
            f'{_title(paper.title, "title", 1)}<p class="owner">{escape(paper.owner)}</p>{_rule()}',
            f'<p class="lead">{escape(paper.lead)}</p>',
            *_rows_of(paper.sections),
            _rule(),
            *(f'<p class="quiet">{escape(line)}</p>' for line in paper.foot),
            _TAIL,
        ]
    )


def write_paper(paper: Paper, path: Path) -> None:
    """Writes the page. Raises Unusable, leaving the file as it was."""
    with whole_file(path) as stream:
        stream.write(render(paper, width="182mm").encode(errors="xmlcharrefreplace"))


def _rows_of(sections: Iterable[Section]) -> Iterator[str]:
    """Sections below each other, those beside another at its right."""
    rows: list[list[Section]] = []
    for section in sections:
        if section.beside and rows:
            rows[-1].append(section)
        else:
            rows.append([section])
    for row in rows:
        cells = (
            f'<td width="{100 // len(row)}%" style="padding: 8px {18 if place + 1 < len(row) else 0}px 8px 0">'
            f"{_section(section, alone=len(row) == 1)}</td>"
            for place, section in enumerate(row)
        )
        yield f"{_WIDE}<tr>{''.join(cells)}</tr></table>"


def _section(section: Section, *, alone: bool) -> str:
    title = _title(section.title, "section", 2) if section.title else ""
    return title + "".join(_block(block, alone=alone) for block in section.blocks)


def _block(block: Block, *, alone: bool) -> str:
    if isinstance(block, Line):
        return f'<p class="{"quiet" if block.quiet else "words"}">{escape(block.words)}</p>'
    if isinstance(block, Facts):
        return _facts(block, 27 if alone else 43)
    if isinstance(block, Sum):
        return _sum(block)
    return _signature(block)


def _facts(facts: Facts, width: int) -> str:
    line = f"border-bottom: 1px solid {_FAINT}; padding: 2px 6px 2px 0"
    shape = ' class="exact"' if facts.exact else ""
    rows = (
        f'<tr><td width="{width}%" style="{line}"><span class="what">{escape(what)}</span></td>'
        f'<td style="{line}"><span{shape}>{escape(value)}</span></td></tr>'
        for what, value in facts.rows
    )
    return f"{_WIDE}{''.join(rows)}</table>"


def _sum(told: Sum) -> str:
    cells = [_number(*told.whole)]
    for place, part in enumerate(told.parts):
        cells += [f'<td style="padding: 0 14px 0 14px"><span class="big">{"+" if place else "="}</span></td>', _number(*part)]
    return f'<table cellspacing="0" cellpadding="0"><tr>{"".join(cells)}</tr></table>'


def _number(number: int, what: str) -> str:
    return f'<td><span class="big">{number:,}</span><br><span class="what">{escape(what)}</span></td>'


def _signature(block: Signature) -> str:
    cells = (
        f'<td width="{100 // len(block.under)}%" style="padding: 26px 16px 0 0">{_WIDE}'
        f'<tr><td class="quiet" style="border-top: 1px solid {_INK}; padding: 2px 0 0 0">{escape(under)}</td></tr></table></td>'
        for under in block.under
    )
    return f"{_WIDE}<tr>{''.join(cells)}</tr></table>"


# ------------------------------------------------------------------------------------------------------------ reports


def write(report: Report, path: Path) -> Written:
    """Writes every table, row by row, for a page that lies on its side. Raises Unusable, leaving the file as it was."""
    rows = 0
    made = local(report.made_at)
    with whole_file(path) as stream:

        def say(text: str) -> None:
            stream.write(text.encode(errors="xmlcharrefreplace"))

        say(_head(report.title, "A4 landscape", "269mm"))
        say(f'{_title(report.title, "title", 1)}<p class="owner">{escape(report.library)}</p>')
        say(f'<p class="quiet">{messages.day(made.date())}, {made:%H:%M}</p>{_rule()}')
        for sheet in report.sheets:
            rows += _write_sheet(say, sheet, report)
        say(_TAIL)
    return Written(path, rows)


def _write_sheet(say: Callable[[str], None], sheet: Sheet, report: Report) -> int:
    rows = 0
    say(f'{_title(sheet.title, "section", 2)}<table width="100%" cellspacing="0" cellpadding="3"><thead><tr>')
    for column in sheet.columns:
        say(f'<th{_side(column)} style="border-bottom: 1px solid {_RULE}">{escape(column.heading)}</th>')
    say("</tr></thead><tbody>\n")
    for row in sheet.rows:
        cells = (
            f'<td{_side(column)} style="border-bottom: 1px solid {_FAINT}">{_cell(value, column, report.currency)}</td>'
            for value, column in zip(row, sheet.columns, strict=True)
        )
        say(f"<tr>{''.join(cells)}</tr>\n")
        rows += 1
    say("</tbody></table>")
    for note in report.notes(sheet):
        say(f'<p class="quiet">{escape(note)}</p>')
    say(_rule("#FFFFFF"))
    return rows


def _side(column: Column) -> str:
    return ' class="right"' if column.side == "right" else ""


def _cell(value: Value, column: Column, currency: str) -> str:
    if value is None:
        return ""
    if isinstance(value, Amount):
        return escape(money.words(value.minor, currency))
    if isinstance(value, Attached):
        return _file(value)
    if isinstance(value, dt.datetime):
        at = local(value)
        return f"{messages.short_day(at.date())}, {at:%H:%M}"
    if isinstance(value, dt.date):
        return messages.short_day(value)
    if isinstance(value, int):
        return escape(money.words(value, currency)) if column.kind is Kind.MONEY else f"{value:,}"
    return escape(value).replace("\n", "<br>")


def _file(file: Attached) -> str:
    """A picture to be seen, any other file to be saved: within the page, so that it needs nothing beside it."""
    kind = file.media_type if _MEDIA_TYPE.fullmatch(file.media_type) else "application/octet-stream"
    data = f"data:{kind};base64,{base64.b64encode(file.content).decode()}"
    if kind in _PICTURES:
        return f'<img src="{data}" alt="{escape(file.name)}" style="max-width: 60mm; max-height: 60mm">'
    return f'<a href="{data}" download="{escape(file.name)}">{escape(str(file))}</a>'


EXPORTER = Exporter("html", "Web page, to be read or printed", write)
