"""The certificate of a purge as a document for programs, with the hash that seals it, and as a page for people."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

from patrondesk import messages, money
from patrondesk.records.audit import Head, KnownHead
from patrondesk.records.certificates import Certificate, Issued, LogEntry, ReasonCount
from patrondesk.records.papers import Block, Facts, Line, Paper, Section, Signature, Sum
from patrondesk.records.purging import ArchiveState, BatchState

VERSION = 1
_SEALED_BY = ("digest", "head")
_STATES = {
    BatchState.RUNNING: "running",
    BatchState.COMPLETED: "completed",
    BatchState.COMPLETED_WITH_EXCEPTIONS: "completed, with patrons refused",
    BatchState.STOPPED: "stopped by a person",
    BatchState.INTERRUPTED: "interrupted",
}
NOBODY_NAMED = "This certificate names no patron. It was made from the library's records and its audit log."


class NoCertificate(ValueError):
    """A text is not a certificate's document."""


# ------------------------------------------------------------------------------------------------------- for programs


def content(c: Certificate) -> dict[str, Any]:
    """All that is certified, as JSON has it: money as decimal text, dates and times ISO."""
    return {
        "patrondesk_certificate": VERSION,
        **({"kind": "deletion"} if c.deletion else {}),
        "library": c.library,
        "batch": int(c.batch),
        "criteria": c.criteria,
        "state": c.state.value,
        "archive": c.archive.value,
        "operator": c.operator,
        "began": _iso(c.began),
        "ended": _iso(c.ended),
        "planned": c.planned,
        "purged": c.purged,
        "refused": c.refused,
        "vanished": c.vanished,
        "not_reached": c.not_reached,
        "undone": c.undone,
        "undone_at": _iso(c.undone_at),
        "undo_until": _iso(c.undo_until),
        "destroyed_at": _iso(c.destroyed_at),
        "past_loans": {"kept": c.loans_kept, "deleted": c.loans_deleted, "written_off": c.loans_written_off},
        "waived": {"fines": c.fines_waived, "amount": money.decimal_text(c.amount_waived, c.currency)},
        "currency": c.currency,
        "reservations_cancelled": c.reservations_cancelled,
        "refused_for": [_counted(one) for one in c.refused_for],
        "set_aside": [_counted(one) for one in c.set_aside],
        "policy": {
            "retain_deleted_patron_loans": c.policy.retain_loans,
            "facets_dropped": list(c.policy.facets_dropped),
            "undo_days": c.policy.undo_days,
            "balance_threshold": money.decimal_text(c.policy.balance_threshold, c.currency),
        },
        "backups": {
            "on_server": c.backups.on_server,
            "still_there": c.backups.number,
            "last_goes_on": _iso(c.backups.last_goes_on),
            "last_went_at": _iso(c.backups.last_went_at),
        },
        "residue": None if c.residue_at is None else {"at": _iso(c.residue_at), "found": c.residue_found},
        "log": {"end": _entry(c.end_entry), "destruction": _entry(c.destroy_entry)},
        "issued_at": _iso(c.issued_at),
        "issued_by": c.issued_by,
        "program": c.program,
        "rehearsal": _iso(c.rehearsal),
    }


def digest(told: dict[str, Any]) -> str:
    """The hash of what is certified: SHA-256 of its JSON without spaces, keys in order, but for what seals it."""
    sealed = {key: value for key, value in told.items() if key not in _SEALED_BY}
    return hashlib.sha256(json.dumps(sealed, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def document(issued: Issued) -> dict[str, Any]:
    """The whole certificate: what is certified, its hash, and where the audit log stood."""
    head = {"number": issued.head.number, "hash": issued.head.hash, "entries": issued.head.number}
    return content(issued.certificate) | {"digest": issued.digest, "head": head}


def known_head(text: str) -> KnownHead:
    """Where the log stood by a certificate's document, and the hash of what it says now. Raises NoCertificate."""
    try:
        told = json.loads(text)
        if told["patrondesk_certificate"] != VERSION:
            raise NoCertificate
        head = Head(int(told["head"]["number"]), str(told["head"]["hash"]))
        return KnownHead(head, f"the certificate of {told.get('kind', 'purge')} {int(told['batch'])}", digest(told))
    except (ValueError, KeyError, TypeError) as fault:
        raise NoCertificate from fault


def _iso(moment: dt.date | dt.datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _counted(one: ReasonCount) -> dict[str, Any]:
    return {"code": one.code, "name": one.name, "patrons": one.patrons}


def _entry(entry: LogEntry | None) -> dict[str, Any] | None:
    return None if entry is None else {"number": entry.number, "hash": entry.hash, "at": _iso(entry.at)}


# --------------------------------------------------------------------------------------------------------- for people


def paper(issued: Issued) -> Paper:
    """The page that is printed."""
    c = issued.certificate
    return Paper(
        f"Certificate of {_noun(c)} {c.batch}",
        c.library,
        _lead(c),
        (
            Section("", (_sum(c), *_came_back(c))),
            Section(f"The {_noun(c)}", (Facts(tuple(_run(c))),)),
            Section("The library's rules then", (Facts(tuple(_rules(c))),), beside=True),
            Section(f"What went with the {'patron' if c.deletion else 'patrons'}", (Facts(tuple(_went(c))),)),
            Section("Who stayed, and why", tuple(_stayed(c)), beside=True),
            Section("Undo, backups and traces", (Facts(tuple(_after(c))),)),
            Section("Proof", (Facts(tuple(_proof(issued)), exact=True), Line(_HOW_TO_CHECK, quiet=True))),
            Section("", (Signature(("Date", "Signature")),)),
        ),
        tuple(_foot(c)),
    )


def _noun(c: Certificate) -> str:
    return "deletion" if c.deletion else "purge"


def _did(c: Certificate) -> str:
    return "deleted" if c.deletion else "purged"


def _lead(c: Certificate) -> str:
    on = messages.day((c.ended or c.began).astimezone().date())
    if not c.purged:
        return f"Nobody was {_did(c)} on {on}: everybody planned stayed as they were."
    if c.deletion:
        return f"On {on}, one patron and everything personal about that patron left the library; no statistics were kept."
    them = "the patron" if c.purged == 1 else "them"
    return f"On {on}, {messages.count(c.purged, 'patron')} and everything personal about {them} left the library."


def _sum(c: Certificate) -> Sum:
    parts = ((c.purged, _did(c)), (c.refused, "refused"), (c.vanished, "no longer there"), (c.not_reached, "not reached"))
    return Sum((c.planned, "planned"), parts)


def _came_back(c: Certificate) -> Iterator[Block]:
    if c.undone and c.undone_at is not None:
        who = f"Everybody {_did(c)} was" if c.undone == c.purged else f"{messages.count(c.undone, 'of them was', 'of them were')}"
        yield Line(f"{who} brought back, the last on {_moment(c.undone_at)}.")


def _run(c: Certificate) -> Iterator[tuple[str, str]]:
    yield "Who was planned", c.criteria
    yield "Carried out by", c.operator
    yield "Began", _moment(c.began)
    yield "Ended", _moment(c.ended) if c.ended else "Not ended"
    yield "State", _STATES[c.state].capitalize()


def _rules(c: Certificate) -> Iterator[tuple[str, str]]:
    yield "Past loans", "Kept for statistics, without the person" if c.policy.retain_loans else "Deleted with the patron"
    if c.policy.retain_loans:
        yield "Not kept with them", _facets(c.policy.facets_dropped)
    yield "Days to undo", str(c.policy.undo_days) if c.policy.undo_days else "None: destroyed at once"
    threshold = c.policy.balance_threshold
    yield "Small debts waived", f"Up to {money.words(threshold, c.currency)} a patron" if threshold else "None"


def _facets(keys: Sequence[str]) -> str:
    return messages.listed([key.replace("_", " ") for key in keys]).capitalize() or "Nothing"


def _went(c: Certificate) -> Iterator[tuple[str, str]]:
    kept = c.policy.retain_loans
    yield f"Past loans {'kept without a name' if kept else 'deleted'}", f"{c.loans_kept if kept else c.loans_deleted:,}"
    yield "Of these, items written off as lost", f"{c.loans_written_off:,}"
    amount = f", {money.words(c.amount_waived, c.currency)} in all" if c.fines_waived else ""
    yield "Fines waived", f"{c.fines_waived:,}{amount}"
    yield "Reservations cancelled", f"{c.reservations_cancelled:,}"


def _stayed(c: Certificate) -> Iterator[Block]:
    if not c.refused_for and not c.set_aside:
        yield Line("Nobody was refused, and no reason was set aside.")
        return
    if c.refused_for:
        yield Facts(tuple((one.name, messages.count(one.patrons, "patron")) for one in c.refused_for))
        if c.refused < sum(one.patrons for one in c.refused_for):
            yield Line("A patron with several reasons is counted with each.", quiet=True)
    if c.set_aside:
        yield Facts(tuple((f"Set aside: {one.name.lower()}", messages.count(one.patrons, "patron")) for one in c.set_aside))


def _after(c: Certificate) -> Iterator[tuple[str, str]]:
    yield "Undo", _undo(c)
    yield "Backups", _backups(c)
    if c.residue_at is None or c.residue_found is None:
        yield "Traces outside the archive", "Not looked for yet"
    else:
        found = f"Found in {messages.count(c.residue_found, 'place')}" if c.residue_found else "None found"
        yield "Traces outside the archive", f"{found} on {_moment(c.residue_at)}"


def _undo(c: Certificate) -> str:
    if not c.purged:
        return "There is nothing to undo."
    if c.destroyed_at is not None:
        return f"No longer possible: what an undo would need was destroyed on {_moment(c.destroyed_at)}."
    if c.archive is ArchiveState.UNDONE:
        return "Everybody is back."
    if c.undo_until is None:
        return "Not possible; what an undo would need is about to be destroyed."
    if c.undo_until < c.issued_at.astimezone().date():
        return f"Was possible until {messages.day(c.undo_until)}; what it would need is about to be destroyed."
    return f"Possible until {messages.day(c.undo_until)}; then what it needs is destroyed for good."


def _backups(c: Certificate) -> str:
    if not c.away:
        return "Nobody is away, so no backup has to go."
    b, server = c.backups, " The district's own backups of its server are not among them." if c.backups.on_server else ""
    if b.last_goes_on is None:
        gone = f": the last went on {_moment(b.last_went_at)}" if b.last_went_at else ""
        return f"None holds these people any more{gone}.{server}"
    holds = "still holds" if b.number == 1 else "still hold"
    there = f"{messages.count(b.number, 'backup')} {holds} these people" if b.number else "None holds these people now"
    late = "should have gone" if b.last_goes_on < c.issued_at.astimezone().date() else "goes"
    return f"{there}; the last one {late} by {messages.day(b.last_goes_on)}.{server}"


def _proof(issued: Issued) -> Iterator[tuple[str, str]]:
    c = issued.certificate
    if c.end_entry:
        yield f"The {_noun(c)}'s end, entry {c.end_entry.number:,}", c.end_entry.hash
    if c.destroy_entry:
        yield f"Its destruction, entry {c.destroy_entry.number:,}", c.destroy_entry.hash
    yield "This certificate", issued.digest
    yield f"The audit log, {messages.count(issued.head.number, 'entry', 'entries')}", issued.head.hash


_HOW_TO_CHECK = (
    "The log's hash covers every entry before it. Saved as JSON, this certificate shows later whether the log is still whole: "
    "patrondesk audit check --certificate FILE."
)


def _foot(c: Certificate) -> Iterator[str]:
    yield f"{NOBODY_NAMED} Issued on {_moment(c.issued_at)} by {c.issued_by}, with {c.program}."
    if c.rehearsal:
        yield f"Rehearsal: business dates are counted from {messages.day(c.rehearsal)}."


def _moment(moment: dt.datetime) -> str:
    at = moment.astimezone()
    return f"{messages.short_day(at.date())}, {at:%H:%M}"


def texts(made: Paper) -> Sequence[str]:
    """Every word of a page, for whoever looks whether something stands on it."""
    found = [made.title, made.owner, made.lead, *made.foot]
    for section in made.sections:
        found.append(section.title)
        for block in section.blocks:
            found.extend(_texts(block))
    return found


def _texts(block: Block) -> Iterator[str]:
    if isinstance(block, Line):
        yield block.words
    elif isinstance(block, Facts):
        for what, value in block.rows:
            yield from (what, value)
    elif isinstance(block, Sum):
        for number, what in (block.whole, *block.parts):
            yield f"{number:,} {what}"
    else:
        yield from block.under
