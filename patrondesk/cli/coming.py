"""Verbs of later versions: known, and refused in a sentence rather than as an unknown word."""

from __future__ import annotations

from patrondesk.cli.grammar import Verbs

_LATER = {
    "merge": "See: patrondesk --help",
    "duplicates": "See: patrondesk --help",
    "rollover": "Until then: patrondesk patrons disable-matching --year-level LEVEL",
    "reports": "The spreadsheet of a purge: patrondesk batches export BATCH FILE",
}


def add(verbs: Verbs) -> None:
    """Each of them."""
    for name, instead in _LATER.items():
        verbs.coming(name, instead)
