"""The sentences of the audit log's page: an entry's row, what a check found, and why nothing is shown."""

from __future__ import annotations

from patrondesk import messages
from patrondesk.records.audit import AuditLine, AuditPage, ChainCheck
from patrondesk.ui.shell import text

ABOUT = "Every change to the library is written here as it is made, and cannot be changed later without being noticed."
SET_BACK = "(The computer's clock had been set back.)"
SET_BACK_TIP = "This time lies before that of the entry before it: the computer's clock had been set back. The numbers go on."
KEEP = "Keep the library file and its backups as they are until it is known what happened."
CLOSED = ("The audit log is for those who may see reports", "An administrator of the library can give you that right.")
NOTHING = ("No entry fits", "Nothing that was done in the library fits what is asked for above.")
NOBODY = ("Nobody of that name", "Type a username or barcode; patrons who are gone are found by their number.")


def when(entry: AuditLine) -> str:
    """4 Dec 2026, 10:12:07."""
    at = entry.at.astimezone()
    return f"{messages.short_day(at.date())}, {at:%H:%M:%S}"


def what(entry: AuditLine) -> str:
    """The entry's sentence, its patron's name isolated, and the mark where the clock had been set back."""
    said = entry.words
    if entry.patron:
        said = said.replace(entry.patron, text.isolated(entry.patron), 1)
    return f"{said} {SET_BACK}" if entry.set_back else said


def spoken(entry: AuditLine) -> str:
    """The same for a screen reader."""
    return f"{entry.words} {SET_BACK}" if entry.set_back else entry.words


def tip(entry: AuditLine) -> str:
    """The whole sentence, and what the mark means."""
    return f"{entry.words}\n{SET_BACK_TIP}" if entry.set_back else entry.words


def heading(page: AuditPage, filtered: bool) -> str:
    """How many entries there are, or fit."""
    number = messages.count(page.total, "entry", "entries")
    if filtered:
        return f"{number} {'fits' if page.total == 1 else 'fit'} what is asked for."
    return f"{number}. {ABOUT}"


def checked(found: ChainCheck) -> tuple[str, str, str]:
    """A check's result for a banner: its kind, the first sentence, and the second."""
    if found.first_break is not None:
        return "not_done", found.first_break.text, KEEP
    with_heads = f" It agrees with {_compared(found)}." if found.compared else ""
    back = ""
    if found.set_back:
        verb = "carries" if found.set_back == 1 else "carry"
        entries = messages.count(found.set_back, "entry", "entries")
        back = f" {entries} {verb} a time before that of the entry before: the computer's clock had been set back."
    said = f"The audit log is whole: {messages.count(found.entries, 'entry', 'entries')}, each as it was written."
    return "look" if found.set_back else "done", said, f"{with_heads}{back}".strip()


def _compared(found: ChainCheck) -> str:
    """The sources by name; many backups by their number."""
    if len(found.compared) <= 3:
        return messages.listed(found.compared)
    others = [source for source in found.compared if not source.startswith("the backup")]
    backups = len(found.compared) - len(others)
    return messages.listed([*([f"the heads kept with {backups:,} backups"] if backups else []), *others])


def facts(entry: AuditLine) -> list[tuple[str, str]]:
    """An entry's facts as they are kept, one by one."""
    return [(name.replace("_", " ").capitalize(), _fact(value)) for name, value in entry.facts.items()]


def _fact(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)
