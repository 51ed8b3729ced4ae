"""Notes about a patron: written, changed and removed, by their author or by whoever may edit patrons."""

from __future__ import annotations

from patrondesk.errors import NotFound, NotPermitted, WrongUsage
from patrondesk.models.patron import PatronNote
from patrondesk.records.ids import PatronId
from patrondesk.records.staff import Permission
from patrondesk.services.changes import find_patron, touch
from patrondesk.services.door import Work, operation

LONGEST = 10_000
"""Characters."""


@operation(Permission.EDIT_PATRONS)
def add_note(work: Work, patron_id: PatronId, text: str) -> int:
    """Adds a note and returns its key. Raises WrongUsage for an empty one, or one beyond LONGEST."""
    patron, now = find_patron(work, patron_id), work.clock.now()
    note = PatronNote(patron_id=patron.id, text=_text(text), author_id=work.actor.staff_id, created_at=now)
    work.session.add(note)
    work.session.flush()
    _done(work, "patron.note_add", note)
    return note.id


@operation(Permission.VIEW_PATRONS)
def change_note(work: Work, note_id: int, text: str) -> bool:
    """Writes a note anew; False when it says that already. Raises NotPermitted for another person's, without the right."""
    note = _own(work, note_id)
    text = _text(text)
    if note.text == text:
        return False
    note.text = text
    _done(work, "patron.note_change", note)
    return True


@operation(Permission.VIEW_PATRONS)
def remove_note(work: Work, note_id: int) -> None:
    """Removes a note; nothing of what it said is kept. Raises NotPermitted for another person's, without the right."""
    note = _own(work, note_id)
    work.session.delete(note)
    _done(work, "patron.note_remove", note)


def _text(typed: str) -> str:
    text = typed.replace("\r\n", "\n").replace("\x00", "").strip()
    if not text:
        raise WrongUsage("The note is empty.", "Write something, or remove the note.")
    if len(text) > LONGEST:
        raise WrongUsage(f"The note has {len(text):,} characters; at most {LONGEST:,} are possible.", "Attach it as a file.")
    return text


def _own(work: Work, note_id: int) -> PatronNote:
    """The note of a patron of this library, if the person at the desk may change it."""
    note = work.session.get(PatronNote, note_id)
    if note is None:
        raise NotFound("This note is no longer there.", "Look at the patron again.")
    find_patron(work, PatronId(note.patron_id))
    if note.author_id != work.actor.staff_id and not work.actor.may(Permission.EDIT_PATRONS):
        raise NotPermitted("Another person wrote this note.", "Whoever may edit patrons can change it.")
    return note


def _done(work: Work, what: str, note: PatronNote) -> None:
    work.session.flush()
    touch(work.session, work.clock.now(), [note.patron_id])
    work.record(what, {"note": note.id}, note.patron_id)
