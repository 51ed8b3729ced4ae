"""What one scan does, off the window's thread: finds out what the word is, does what the mode says, and tells what came of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

from patrondesk import messages, money
from patrondesk.errors import DeskError, NotFound, Refused
from patrondesk.records.ids import LoanId, PatronId, ReservationId
from patrondesk.records.lending import Back, ItemLine, Lent
from patrondesk.services import circulation, policy, reservations, scanning, taking_back
from patrondesk.services.office import Office
from patrondesk.ui.screens.circulation.modes import Mode
from patrondesk.ui.screens.circulation.reading import ItemsFound, People, Visit, read_items, read_people, read_visit


@dataclass(frozen=True, slots=True)
class Undo:
    """How the last thing is taken back: a check-out (with the request it filled), or a return."""

    kind: str
    loan: LoanId
    filled: ReservationId | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was done, or refused, in this visit. `kind` is a word of `words.KINDS`; `told` what else is to be said.

    `barcode` is the item's, empty where it was about none.
    """

    at: dt.datetime
    kind: str
    title: str
    second: str = ""
    due: dt.date | None = None
    told: str = ""
    look: bool = False
    undo: Undo | None = None
    barcode: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a scan. `visit`: the patron at the desk now, or as before but read again; None leaves it as it is."""

    entry: Entry | None = None
    refusal: DeskError | None = None
    visit: Visit | None = None
    arrived: bool = False
    old_card: bool = False
    people: People | None = None
    items: ItemsFound | None = None
    changed: bool = False


def scan(office: Office, word: str, mode: Mode, visiting: PatronId | None) -> Outcome:
    """Does one scan. What is refused is in the outcome; only faults are raised."""
    try:
        scanned = scanning.find_scanned(office, word)
        item = scanned.item
        if scanned.patron is not None and (item is None or (visiting is None and mode in (Mode.LEND, Mode.RESERVE))):
            return Outcome(visit=read_visit(office, scanned.patron), arrived=True, old_card=scanned.old_card)
        if item is None:
            return _named(office, word)
        entry = _done(office, item, mode, visiting)
    except DeskError as refused:
        item = _item_of(office, word)
        title, barcode = (item.title, item.barcode) if item is not None else (word, "")
        entry = Entry(office.clock.now(), "refused", title, barcode, told=refused.text, look=True, barcode=barcode)
        return Outcome(entry, refused)
    return Outcome(entry, visit=read_visit(office, visiting) if visiting is not None else None, changed=True)


def _item_of(office: Office, word: str) -> ItemLine | None:
    try:
        return scanning.find_scanned(office, word).item
    except DeskError:
        return None


def _named(office: Office, word: str) -> Outcome:
    people = read_people(office, word)
    if not people.total:
        found = read_items(office, word)
        if found.rows:
            return Outcome(items=found)
        raise NotFound(f"Nothing is called “{word}”.", "Scan it again, or type a name or a barcode.")
    if people.total == 1:
        return Outcome(visit=read_visit(office, people.rows[0].id), arrived=True)
    return Outcome(people=people)


def arrive(office: Office, patron_id: PatronId) -> Outcome:
    """Somebody chosen from a list is at the desk."""
    return Outcome(visit=read_visit(office, patron_id), arrived=True)


def _done(office: Office, item: ItemLine, mode: Mode, visiting: PatronId | None) -> Entry:
    if mode is Mode.LEND and visiting is None and item.status not in ("on_loan", "lost"):
        raise Refused(f"“{item.title}” is not on loan.", "To lend it, scan the patron's card first.", "NOBODY_HERE")
    if mode is Mode.RESERVE and visiting is None:
        raise Refused("Nobody is at the desk.", "Scan the patron's card first, then the item.", "NOBODY_HERE")
    ways: dict[Mode, Callable[[], Entry]] = {
        Mode.LEND: lambda: _lend(office, item, visiting) if visiting is not None else _take_in(office, item),
        Mode.RETURN: lambda: _take_in(office, item),
        Mode.RENEW: lambda: _renew(office, item),
        Mode.LOST: lambda: _lost(office, item) if item.status == "on_loan" else _take_in(office, item),
        Mode.RESERVE: lambda: _reserve(office, item, visiting),
    }
    return ways[mode]()


def _lend(office: Office, item: ItemLine, patron: PatronId) -> Entry:
    lent = circulation.check_out(office, patron, item.barcode)
    told = ["It was set aside for this patron."] if lent.filled is not None else []
    return _out(office, "lent", lent, told, Undo("checkout", lent.loan, lent.filled))


def _renew(office: Office, item: ItemLine) -> Entry:
    lent = circulation.renew(office, item.barcode)
    told = []
    if lent.late_fine:
        told.append(f"A late fine of {money.words(lent.late_fine, policy.current_policy(office).currency)} is raised.")
    return _out(office, "renewed", lent, told, None)


def _out(office: Office, kind: str, lent: Lent, told: list[str], undo: Undo | None) -> Entry:
    if lent.shortened:
        told.append("The membership ends then.")
    barcode = lent.item_barcode
    return Entry(office.clock.now(), kind, lent.title, barcode, lent.due, " ".join(told), bool(told), undo, barcode)


def _take_in(office: Office, item: ItemLine) -> Entry:
    return returned(office, circulation.take_back(office, item.barcode))


def returned(office: Office, back: Back) -> Entry:
    """An item that came back, as the list shows it."""
    undo = Undo("return", back.loan) if back.loan is not None and not back.was_lost and back.patron is not None else None
    second = " · ".join(part for part in (back.item_barcode, back.patron_name) if part)
    look = bool(back.waiting or back.late_fine or back.patron_gone or back.credit)
    kind = "found" if back.was_lost else "returned"
    return Entry(office.clock.now(), kind, back.title, second, None, " ".join(back.told), look, undo, back.item_barcode)


def _lost(office: Office, item: ItemLine) -> Entry:
    lost = circulation.mark_lost(office, item.barcode)
    told = "It is written off: nothing is charged."
    if lost.charged:
        currency = policy.current_policy(office).currency
        amount = "its price is not known" if lost.amount is None else money.words(lost.amount, currency)
        told = f"A lost-item fine is raised: {amount}."
    told = f"{told} Scan it again here if it is found."
    return Entry(office.clock.now(), "lost", lost.title, lost.item_barcode, None, told, barcode=lost.item_barcode)


def _reserve(office: Office, item: ItemLine, patron: PatronId | None) -> Entry:
    assert patron is not None, "it was asked before"
    made = reservations.reserve(office, patron, title_id=item.title_id)
    if made.set_aside:
        told = f"Take the copy {made.set_aside} from the shelf and put it aside."
    else:
        told = f"{messages.count(made.ahead, 'other waits', 'others wait')} before." if made.ahead else "Nobody waits before."
    aside = made.set_aside is not None
    return Entry(office.clock.now(), "reserved", made.title, item.barcode, None, told, aside, barcode=item.barcode)


def take_back(office: Office, last: Entry, visiting: PatronId | None) -> Outcome:
    """Takes the last check-out or return of this visit back."""
    assert last.undo is not None, "only such a one is offered"
    try:
        if last.undo.kind == "checkout":
            taking_back.undo_check_out(office, last.undo.loan, last.undo.filled)
        else:
            taking_back.undo_return(office, last.undo.loan)
    except DeskError as refused:
        return Outcome(refusal=refused)
    said = "It was not lent." if last.undo.kind == "checkout" else "It is on loan again."
    entry = replace(last, kind="taken_back", due=None, told=said, look=False, undo=None)
    return Outcome(entry, visit=read_visit(office, visiting) if visiting is not None else None, changed=True)
