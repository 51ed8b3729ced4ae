"""How a file of text is encoded, told from its bytes: UTF-8, UTF-16, Windows-1252 or MacRoman."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from patrondesk.errors import WrongUsage

_BLOCK = 1 << 17
_WORDS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32": "UTF-32",
    "cp1252": "Windows-1252",
    "mac-roman": "MacRoman",
    "iso8859-1": "ISO-8859-1",
    "ascii": "ASCII",
}
_SPOKEN = {
    "unicode": "utf-8",
    "windows": "cp1252",
    "ansi": "cp1252",
    "mac": "mac_roman",
    "macintosh": "mac_roman",
    "utf-8 with bom": "utf-8-sig",
}
_LONE = re.compile("[\udc80-\udcff]")
_HIGH = re.compile(rb"[\x80-\xff]")
_ENOUGH = 20_000


@dataclass(frozen=True, slots=True)
class Encoding:
    """`codec` for Python, `words` for a person, `told` whether it was found out rather than given."""

    codec: str
    words: str
    told: bool


def named(name: str) -> Encoding:
    """The encoding a person asked for. Raises WrongUsage for one that does not exist."""
    wanted = name.strip().lower()
    try:
        codec = codecs.lookup(_SPOKEN.get(wanted, wanted))
        if not getattr(codec, "_is_text_encoding", True):
            raise LookupError
    except LookupError:
        raise WrongUsage(
            f"There is no encoding “{name}”.", "Use UTF-8, UTF-16, Windows-1252 or MacRoman, or leave it to be found out."
        ) from None
    # A mark at the start of the file is no part of the first heading, whatever was asked for.
    key = "utf-8-sig" if codec.name == "utf-8" else codec.name
    return Encoding(key, words(key), told=False)


def words(codec: str) -> str:
    """What a person calls it."""
    return _WORDS.get(codec.replace("_", "-"), codec.upper())


def detect(path: Path, head: bytes) -> Encoding:
    """Reads the file once. A UTF-8 file with a few wrong bytes is still UTF-8: their rows are named, not guessed."""
    for mark, codec in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if head.startswith(mark):
            return Encoding(codec, words(codec), told=True)
    wide = sixteen_bits(head)
    if wide:
        return Encoding(wide, words(wide), told=True)
    good, bad, sample = _count(path)
    codec = "utf-8" if bad == 0 or good >= bad else _legacy(sample)
    return Encoding(codec, words(codec), told=True)


def sixteen_bits(head: bytes) -> str | None:
    """UTF-16 without a mark: every second byte of plain letters is zero."""
    pairs = len(head) // 2
    if pairs < 4:
        return None
    first, second = head[: pairs * 2 : 2].count(0) / pairs, head[1 : pairs * 2 : 2].count(0) / pairs
    if second > 0.2 and first < 0.02:
        return "utf-16-le"
    if first > 0.2 and second < 0.02:
        return "utf-16-be"
    return None


def _count(path: Path) -> tuple[int, int, bytes]:
    """How many characters beyond ASCII are right UTF-8, how many bytes are not, and a sample of lines that have any."""
    good = bad = 0
    sample = bytearray()
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            if block.isascii() and not decoder.getstate()[0]:
                continue
            text = decoder.decode(block)
            wrong = len(_LONE.findall(text))
            bad += wrong
            good += len(text) - len(text.encode("ascii", "ignore")) - wrong
            if len(sample) < _ENOUGH:
                for hit in _HIGH.finditer(block):
                    sample += block[max(0, hit.start() - 1) : hit.start() + 2] + b" "
                    if len(sample) >= _ENOUGH:
                        break
        bad += len(_LONE.findall(decoder.decode(b"", final=True)))
    return good, bad, bytes(sample)


def _legacy(sample: bytes) -> str:
    """Windows-1252 or MacRoman: the one under which the bytes read as letters within words, and as quotation marks."""
    return max(("cp1252", "mac_roman"), key=lambda codec: _likeness(sample, codec))


def _likeness(sample: bytes, codec: str) -> float:
    text = sample.decode(codec, "replace")
    return sum(_worth(text[place - 1 : place], text[place], text[place + 1 : place + 2]) for place in range(1, len(text)))


def _worth(before: str, character: str, after: str) -> float:
    """How well a character beyond ASCII stands between its neighbours; 0 for a plain one."""
    if character < "\x80":
        return 0.0
    starts, ends = after.isalpha() and not before.isalpha(), before.isalpha() and not after.isalpha()
    if character.isalpha() and character not in "ªºƒıˆˇ":
        if not before.isalpha() and not after.isalpha():
            return -0.5
        odd = (character.isupper() and before.islower()) or (character.islower() and after.isupper())
        return -1.0 if odd else 1.0
    fits = {
        "“": starts,
        "‘": starts,
        "”": ends,
        "’": ends or (before.isalpha() and after.isalpha()),
        "–": True,
        "—": True,
        "…": True,
    }
    if character in fits:
        return 1.0 if fits[character] else -0.5
    return 0.5 if character in "€£°\u00a0" else -1.0
