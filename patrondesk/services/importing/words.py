"""Words in cells: yes and no, the states of an item, amounts that a spreadsheet spoilt, marks that nobody sees."""

from __future__ import annotations

import re

_TRUE = frozenset("true t yes y 1 on enabled active wahr vrai verdadero ja oui si sí x".split())
_FALSE = frozenset("false f no n 0 off disabled inactive falsch faux falso nein non".split())
_ITEM_STATES = {
    "available": "available, on shelf, checked in, in, in library, in circulation, shelved, reshelving, returned",
    "on_loan": "checked out, on loan, loaned, loaned out, out, issued, borrowed, due",
    "on_hold": "on hold, on holds shelf, on hold shelf, reserved, hold",
    "lost": "lost, missing, lost and paid, long overdue, lost assumed",
    "withdrawn": "withdrawn, discarded, deleted, weeded, discard, discard/weed, written off",
    "on_order": "on order, ordered",
    "in_process": "in process, in processing, processing, cataloging, cataloguing, being catalogued",
}
_STATES = {word.strip(): state for state, said in _ITEM_STATES.items() for word in said.split(",")}
# Zero-width marks, direction marks, soft hyphens: two ids that differ by one of these look alike.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
)
_SHORTENED = re.compile(r"^\d(?:[.,]\d+)?[eE]\+\d{1,3}$")


def truth(text: str) -> bool:
    """TRUE, yes, 1, active ... or FALSE, no, 0, inactive ... Raises ValueError for anything else."""
    word = text.strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValueError(f"neither yes nor no: {text!r}")


def item_state(text: str) -> str:
    """The state of an item that the words of a library program mean. Raises ValueError for unknown ones."""
    try:
        return _STATES[" ".join(re.sub("[-_]", " ", text.lower()).split())]
    except KeyError:
        raise ValueError(f"not a state of an item: {text!r}") from None


def visible(text: str) -> str:
    """The text without marks that cannot be seen, for comparing ids."""
    return _INVISIBLE.sub("", text).replace("\u00a0", " ").strip()


def shortened(text: str) -> bool:
    """Whether a spreadsheet program wrote a long number as 2.3529E+13, so that its last digits are lost."""
    return _SHORTENED.match(text) is not None
