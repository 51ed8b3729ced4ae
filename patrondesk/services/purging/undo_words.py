"""The sentences of an undo, the same in the window and at the command line: what clashes, what came back different."""

from __future__ import annotations

from patrondesk import messages
from patrondesk.folding import fold
from patrondesk.records.undoing import Since, UndoClash, UndoRemark, UndoResult

NOUNS = {"barcode": "barcode", "username": "username", "external_id": "district ID"}
"""What a person calls each identifier."""

_RECORDS = {"loans": "past loan", "fines": "fine"}
_STATES = {"on_loan": "on loan", "on_hold": "on hold for somebody else", "on_order": "on order", "in_process": "in process"}


def clash(one: UndoClash) -> str:
    """Before an undo: Barcode P020447 is Ana Ruiz's now."""
    if not one.of_patron:
        return _numbers(one)
    return f"{_raised(NOUNS[one.field])} {one.value} is {one.holder}’s now."


def outcome(one: UndoClash) -> str:
    """After an undo: what the patron has instead, or goes without."""
    if not one.of_patron:
        return _numbers(one)
    noun, theirs = NOUNS[one.field], f"{one.value} is {one.holder}’s"
    if one.new_value is not None:
        return f"Has the {noun} {one.new_value} now; {theirs}."
    if one.refused_value is not None:
        return f"Has no {noun}: {theirs}, and {one.refused_value} was given to somebody else meanwhile."
    return f"Has no {noun}: {theirs} now."


def _numbers(one: UndoClash) -> str:
    without = "without its number" if one.count == 1 else "without their numbers"
    return f"{messages.count(one.count, _RECORDS[one.field])} {without} of another system: used again since."


def remark(one: UndoRemark) -> str:
    """Anything else that is not as it was."""
    state = _STATES.get(one.status, one.status.replace("_", " "))
    match one.kind:
        case Since.HOLD_GIVEN:
            return f"The copy on hold is {state} now: “{one.title}”."
        case Since.COPY_AWAY:
            return f"Waits for a copy that is {state}: “{one.title}”."
        case Since.REQUEST_LOST:
            return "A reservation stays away: what it was for is no longer in the catalogue."
        case Since.FOUND:
            return f"Owes for a lost copy that is {state} now: “{one.title}”."
        case Since.GUARANTOR_AWAY:
            return "Has no guarantor: that patron is still purged."


def differences(done: UndoResult) -> list[tuple[str, str]]:
    """(patron, sentence) of everything that is not as it was, by name."""
    told = [(one.name, outcome(one)) for one in done.clashes] + [(one.name, remark(one)) for one in done.remarks]
    return sorted(told, key=lambda pair: fold(pair[0]))


def back(done: UndoResult) -> str:
    """24 patrons are back, with 416 past loans, 3 fines and 1 reservation."""
    parts = [
        messages.count(number, word)
        for number, word in ((done.loans, "past loan"), (done.fines, "fine"), (done.reservations, "reservation"))
        if number
    ]
    with_them = f", with {messages.listed(parts)}" if parts else ""
    return f"{messages.count(done.restored, 'patron')} {'is' if done.restored == 1 else 'are'} back{with_them}."


def _raised(word: str) -> str:
    return word[:1].upper() + word[1:]
