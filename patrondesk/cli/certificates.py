"""A certificate at the command line: shown in lines or as its document, or written as .json or .html."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from patrondesk.cli.desk import Desk
    from patrondesk.records.certificates import Issued
    from patrondesk.records.papers import Block, Paper

_ENDINGS = (".json", ".html")


def file_name(text: str) -> Path:
    """Where a certificate is to be written."""
    path = Path(text)
    if path.suffix.lower() == ".pdf":
        raise argparse.ArgumentTypeError(f"the window saves “{path.name}”; here a certificate is written as .json or .html")
    if path.suffix.lower() not in _ENDINGS:
        raise argparse.ArgumentTypeError(f"“{path.name}” does not end with .json or .html")
    return path


def tell(desk: Desk, issued: Issued, out: Path | None) -> None:
    """Answers with the certificate; written into `out` where that is given. Raises Unusable."""
    from patrondesk.exporters import html_page, json_file
    from patrondesk.reports import certificate

    document = certificate.document(issued)
    if out is None:
        desk.answer.give(document, _lines(certificate.paper(issued)))
        return
    if out.suffix.lower() == ".html":
        html_page.write_paper(certificate.paper(issued), out)
    else:
        json_file.write_document(document, out)
    told = {"batch": document["batch"], "certificate": str(out), "digest": issued.digest, "head": document["head"]}
    desk.answer.give(told, [f"Written: {out}"])


def _lines(paper: Paper) -> Iterator[str]:
    """A paper for a terminal."""
    yield from (f"{paper.title} - {paper.owner}", paper.lead)
    for section in paper.sections:
        lines = [line for block in section.blocks for line in _block(block)]
        if lines:
            yield from ("", *([section.title] if section.title else []), *lines)
    yield from ("", *paper.foot)


def _block(block: Block) -> Iterator[str]:
    from patrondesk.records.papers import Facts, Line, Sum

    if isinstance(block, Line):
        yield block.words
    elif isinstance(block, Facts):
        width = max(len(what) for what, _ in block.rows)
        yield from (f"  {what:<{width}}  {value}" for what, value in block.rows)
    elif isinstance(block, Sum):
        parts = " + ".join(f"{number:,} {what}" for number, what in block.parts)
        yield f"{block.whole[0]:,} {block.whole[1]} = {parts}"
