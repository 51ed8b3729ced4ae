"""How patrons are searched: each word typed begins one of a patron's words; when nobody is found so, it stands inside.

The words of patrons are kept in a table of their own (`PATRON_WORDS`), so that the few who have a rare word are found at once.
A word that many have is tested row by row instead, in the order of the list: there the first rows come soon.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import sqlalchemy as sa

from patrondesk import folding
from patrondesk.models.patron import PATRON_WORDS, FormerBarcode, Patron

BETWEEN = "\x01 -._/@,"
"""What stands between words, in `patrons.search_text` and in what is typed."""
INSIDE_FROM = 3
"""Words this long are also looked for inside others."""
_BETWEEN = re.compile(f"[{re.escape(BETWEEN)}]+")


def words_of(typed: str) -> tuple[str, ...]:
    """What was typed as words, folded; each once, and none that only begins another."""
    every = dict.fromkeys(word for word in _BETWEEN.split(folding.fold(typed)) if word)
    return tuple(word for word in every if not any(other != word and other.startswith(word) for other in every))


def beyond(word: str) -> str | None:
    """The first text after all that begin with this word, in the order of code points; None when there is none."""
    for end in range(len(word), 0, -1):
        code = ord(word[end - 1])
        if code < 0x10FFFF:
            following = 0xE000 if code == 0xD7FF else code + 1  # the codes between stand for no character
            return word[: end - 1] + chr(following)
    return None


def in_range(column: sa.ColumnElement[str], word: str) -> sa.ColumnElement[bool]:
    """That a text which is ordered by code points begins with the word, as an index is walked."""
    end = beyond(word)
    return column >= word if end is None else sa.and_(column >= word, column < end)


def bearers(word: str) -> sa.Select[int]:
    """The keys of those of whom a word begins so; whoever has two such words comes twice."""
    return sa.select(PATRON_WORDS.c.patron_id).where(in_range(PATRON_WORDS.c.word, word))


def begins(word: str, engine: str) -> sa.ColumnElement[bool]:
    """That one of a patron's words begins so, asked of the row itself."""
    text = Patron.search_text
    starts = sa.func.substr(text, 1, len(word)) == word
    # Whether it is there at all comes first, since that decides nearly every row.
    return sa.and_(inside(word, engine), sa.or_(starts, *(_place(text, f"{sign}{word}", engine) > 0 for sign in BETWEEN)))


def inside(word: str, engine: str) -> sa.ColumnElement[bool]:
    """That the word stands anywhere in what a patron is searched by."""
    return _place(Patron.search_text, word, engine) > 0


def may_look_inside(words: tuple[str, ...]) -> bool:
    """Whether what was typed is long enough to be looked for inside words."""
    return any(len(word) >= INSIDE_FROM for word in words)


def _place(text: sa.ColumnElement[str] | sa.orm.InstrumentedAttribute[str], part: str, engine: str) -> sa.ColumnElement[int]:
    find = sa.func.strpos if engine == "postgresql" else sa.func.instr
    return find(text, part, type_=sa.Integer())


@dataclass(frozen=True, slots=True)
class OldCards:
    """By which former barcode a search found somebody, if by none of what they have now."""

    words: tuple[str, ...]
    whole: bool

    def found(self, search_text: str, former: list[str]) -> str | None:
        """The former barcode, or None. `former`: the patron's, as they were."""
        folded = {card: folding.fold(card) for card in former}
        now = [part for part in search_text.split("\x01") if part not in folded.values()]
        for word in self.words:
            if any(self._has(part, word) for part in now):
                continue
            for card, text in folded.items():
                if self._has(text, word):
                    return card
        return None

    def _has(self, text: str, word: str) -> bool:
        return word in text if self.whole else any(one.startswith(word) for one in _BETWEEN.split(text))


def former_barcodes(ids: sa.Select[int]) -> sa.Select[int, str]:
    """(patron, former barcode) of these patrons, the newest first."""
    return (
        sa.select(FormerBarcode.patron_id, FormerBarcode.barcode)
        .where(FormerBarcode.patron_id.in_(ids))
        .order_by(FormerBarcode.patron_id, FormerBarcode.id.desc())
    )
