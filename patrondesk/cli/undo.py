"""`batches undo`: brings a purge back, or some of it; what others have by now is listed before and decided by a file."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from patrondesk import messages
from patrondesk.cli import names_file
from patrondesk.cli.grammar import Verbs, key
from patrondesk.cli.purge_plan import file_argument
from patrondesk.errors import Refused
from patrondesk.records.ids import BatchId, PatronId
from patrondesk.records.undoing import Resolution, Resolutions, Since, UndoClash, UndoResult

if TYPE_CHECKING:
    from patrondesk.cli.answer import Document
    from patrondesk.cli.desk import Desk
    from patrondesk.records.purging import PurgedPatron
    from patrondesk.services.office import Office

_ABOUT = """Bring the patrons of a purge back.

A barcode, username or external id that somebody else has by now is not taken away: the patron comes back without it.
--preview lists such clashes; --resolve FILE decides them, a table with the columns username, field and value:

  username,field,value
  ana.lee,barcode,P0099
  ben.cole,username,

A blank value is the same as leaving the row out: the patron comes back without."""


def add(noun: Verbs) -> None:
    """The verb and its words."""
    undo = noun.add("undo", "bring the patrons of a purge back", undo_one, description=_ABOUT)
    undo.add_argument("batch", type=key, metavar="BATCH")
    undo.add_argument("--usernames", type=file_argument, metavar="FILE", help="only these")
    undo.add_argument("--resolve", type=file_argument, metavar="FILE", help="a table username,field,value: what they get instead")
    undo.add_argument("--preview", action="store_true", help="say what would not come back as it was; change nothing")
    undo.add_argument("--yes", action="store_true", help="do not ask")


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who is to come back (None: all), what was decided, and the words of either list that name nobody of the batch."""

    only: list[PatronId] | None = None
    resolutions: dict[tuple[PatronId, str], Resolution] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)


def undo_one(desk: Desk, args: argparse.Namespace) -> int:
    """Brings back a batch, or those of it that a file names. Exit 1 when something could not come back as it was."""
    from patrondesk.services.purging.undo import check_resolutions, find_clashes, undo_batch

    office, batch_id = desk.sign_in(), BatchId(args.batch)
    asked = _asked(office, batch_id, args.usernames, args.resolve)
    clashes = find_clashes(office, batch_id, asked.only)
    wrong = check_resolutions(office, batch_id, asked.resolutions, asked.only) if asked.resolutions else {}
    if args.preview:
        return _preview(desk, batch_id, asked, clashes, wrong)
    if wrong:
        at = {(clash.patron_id, clash.field): clash for clash in clashes}
        said = " ".join(f"{at[key].word}: {sentence}" for key, sentence in wrong.items())
        raise Refused(f"Nobody was brought back. {said}", f"Mend “{args.resolve.name}” and try again.", "NOT_USABLE")
    desk.confirm_here(_question(asked, batch_id, clashes), args.yes)
    done = undo_batch(office, batch_id, asked.only, asked.resolutions)
    desk.answer.give(_document(done, asked), _lines(done, asked))
    return 1 if asked.unknown or _left_open(done, asked.resolutions) else 0


def _asked(office: Office, batch_id: BatchId, usernames: Path | None, resolve: Path | None) -> _Asked:
    if usernames is None and resolve is None:
        return _Asked()
    from patrondesk.services.purging.batch_reading import read_batch

    purged = read_batch(office, batch_id).purged
    only: list[PatronId] | None = None
    unknown: list[str] = []
    if usernames is not None:
        only, unknown = _named(purged, names_file.read_usernames(usernames))
        if not only:
            raise Refused(
                f"Nobody of “{usernames.name}” went with batch {batch_id}.", "Check the usernames and the batch.", "NOBODY"
            )
    decided: dict[tuple[PatronId, str], Resolution] = {}
    if resolve is not None:
        rows = names_file.read_resolutions(resolve)
        keys = _by_word(purged)
        for who, about, value in rows:
            at = (keys[who], about) if who in keys else None
            if at is None:
                unknown.append(who)
            elif decided.setdefault(at, Resolution(value or None)) != Resolution(value or None):
                raise Refused(
                    f"“{resolve.name}” says two things about the {about} of “{who}”.", "Leave one of them out.", "TWICE"
                )
    return _Asked(only, decided, list(dict.fromkeys(unknown)))


def _question(asked: _Asked, batch_id: BatchId, clashes: Sequence[UndoClash]) -> str:
    who = "The patrons of" if asked.only is None else f"{messages.count(len(asked.only), 'patron')} of"
    said = f"{who} batch {batch_id} come back, with everything as it was."
    keys = [clash for clash in clashes if clash.of_patron]
    if not keys:
        return said
    given = sum(
        (decided := asked.resolutions.get((clash.patron_id, clash.field))) is not None and decided.value is not None
        for clash in keys
    )
    new = f"; {given:,} of them {'is' if given == 1 else 'are'} given anew" if given else ""
    are = "is somebody else's" if len(keys) == 1 else "are somebody else's"
    return f"{said} But {messages.count(len(keys), 'identifier')} {are} by now{new}."


def _left_open(done: UndoResult, decided: Resolutions) -> bool:
    """Whether anything came back otherwise than a person decided."""
    undecided = any((clash.patron_id, clash.field) not in decided or clash.refused_value for clash in done.clashes)
    return undecided or any(remark.kind is Since.REQUEST_LOST for remark in done.remarks)


# ------------------------------------------------------------------ telling


def _clash(clash: UndoClash) -> Document:
    """One clash: whose, of what, and who has it by now."""
    return {
        "username": clash.word,
        "name": clash.name,
        "field": clash.field,
        "value": clash.value,
        "count": clash.count,
        "holder": {"username": clash.holder_word, "name": clash.holder} if clash.of_patron else None,
    }


def _preview(
    desk: Desk, batch_id: BatchId, asked: _Asked, clashes: Sequence[UndoClash], wrong: dict[tuple[PatronId, str], str]
) -> int:
    from patrondesk.services.purging import undo_words

    told, lines = [], []
    for clash in clashes:
        at = (clash.patron_id, clash.field)
        new = asked.resolutions[at].value if at in asked.resolutions else None
        told.append(_clash(clash) | {"new_value": new, "wrong": wrong.get(at)})
        then = wrong.get(at) or (
            f"Comes back with {new} instead." if new else "Comes back without it." if clash.of_patron else ""
        )
        lines.append(f"{clash.name}: {undo_words.clash(clash)} {then}".rstrip())
    document = {"batch": batch_id, "preview": True, "clashes": told, "unknown": asked.unknown}
    nothing = ["Everything would come back as it was."]
    desk.answer.give(document, [*(lines or nothing), *_unknown(asked)])
    return 1 if clashes or asked.unknown else 0


def _document(done: UndoResult, asked: _Asked) -> Document:
    from patrondesk.services.purging import undo_words

    return {
        "batch": done.batch,
        "restored": done.restored,
        "already": done.already,
        "unknown": asked.unknown,
        "clashes": [_clash(c) | {"new_value": c.new_value, "refused_value": c.refused_value} for c in done.clashes],
        "remarks": [{"name": r.name, "kind": r.kind.value, "text": undo_words.remark(r)} for r in done.remarks],
        "loans": done.loans,
        "fines": done.fines,
        "reservations": done.reservations,
    }


def _lines(done: UndoResult, asked: _Asked) -> list[str]:
    from patrondesk.services.purging import undo_words

    return [
        f"{messages.count(done.restored, 'patron')} brought back, with {messages.count(done.loans, 'loan')}.",
        *([f"{done.already:,} of them were back already."] if done.already else []),
        *_unknown(asked),
        *(f"{name}: {sentence}" for name, sentence in undo_words.differences(done)),
    ]


def _unknown(asked: _Asked) -> list[str]:
    return [f"Not of this batch: {', '.join(asked.unknown)}."] if asked.unknown else []


def _by_word(purged: Sequence[PurgedPatron]) -> dict[str, PatronId]:
    """Purged patrons by username, or else barcode or external id."""
    by_word: dict[str, PatronId] = {}
    for p in purged:
        for word in (p.username, p.barcode, p.external_id):
            if word:
                by_word.setdefault(word, p.id)
    return by_word


def _named(purged: Sequence[PurgedPatron], words: Sequence[str]) -> tuple[list[PatronId], list[str]]:
    """The purged patrons that words name, and the words that name none of them."""
    by_word = _by_word(purged)
    found = list(dict.fromkeys(by_word[word] for word in words if word in by_word))
    return found, list(dict.fromkeys(word for word in words if word not in by_word))
