"""How names are made alike for searching and sorting: without case, accents, apostrophes and other marks."""

from __future__ import annotations

import unicodedata

# Letters that Unicode does not take apart, and how a librarian types them.
_ALIKE = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŋ": "n", "ŧ": "t", "ß": "ss"}
)
_SILENT = str.maketrans("", "", "'’‘ʼʻ`´“”\"\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")


def fold(text: str | None) -> str:
    """Lower case, no accents, no apostrophes, single spaces: `O’Brien-Ó Súilleabháin` -> `obrien-o suilleabhain`."""
    if not text:
        return ""
    if text.isascii():
        folded = text.lower().translate(_SILENT)
    else:
        apart = unicodedata.normalize("NFKD", text.casefold().translate(_SILENT).translate(_ALIKE))
        folded = "".join(c for c in apart if not unicodedata.combining(c))
    return " ".join(folded.split())


def sort_key(family_name: str, given_name: str | None) -> str:
    """What patrons are ordered by: family name, then given name, both folded; a family name sorts before its longer kin."""
    return f"{fold(family_name)}\x01{fold(given_name)}"


def search_text(*parts: str | None) -> str:
    """Everything by which a patron may be searched, folded, parts kept apart by a separator that nobody types."""
    return "\x01".join(folded for folded in map(fold, parts) if folded)
