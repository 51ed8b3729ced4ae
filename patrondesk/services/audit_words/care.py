"""The log's words about the library itself: imports, backups, settings, restores."""

from __future__ import annotations

from patrondesk import messages
from patrondesk.services.audit_words.told import Tell, Told, Wording, always, if_any, joined
from patrondesk.services.settings_keys import KEYS


def _ruled(t: Told) -> str:
    whom = "one patron type" if t["patron_type"] is not None else "everybody else"
    days = f": {t.count('loan_days', 'day')}" if t.number("loan_days") else ""
    return f"The rule of lending to {whom} was set{days}."


def _imported(what: str) -> Tell:
    def tell(t: Told) -> str:
        outcomes = ("added", "updated", "unchanged", "transferred", "reactivated", "invalid", "conflict")
        parts = joined(*(if_any(t.number(word), f"{t.number(word):,} {_OUTCOMES.get(word, word)}") for word in outcomes))
        run = f"Import {t['run']}" if t["run"] is not None else "An import"
        return f"{run} of {what}: {t.count('read', 'row')} read{': ' + parts if parts else ''}."

    return tell


_OUTCOMES = {"conflict": "in conflict"}

_LABELS = {key.key: key.label for key in KEYS}


def _setting(t: Told) -> str:
    name = _LABELS.get(str(t["key"]), str(t["key"] or "A setting"))
    return f"The setting “{name}” was changed from {t['from'] or 'nothing'} to {t['to'] or 'nothing'}."


def _backup(t: Told) -> str:
    number = f"Backup {t['backup']}" if t["backup"] is not None else "A backup"
    purpose = f" {t['purpose']}" if t["purpose"] else ""
    return (
        f"{number} was made and checked{purpose}: {t.count('patrons', 'patron')}, the log up to entry {t.number('audit_number')}."
    )


def _backups_gone(t: Told) -> str:
    gone = t["backups"] or ()
    which = f": {messages.listed([str(number) for number in gone])}" if gone else ""
    return f"{messages.count(len(gone), 'backup')} {'was' if len(gone) == 1 else 'were'} removed{which}."


def _in_backup(did: str) -> Tell:
    return lambda t: f"{'Backup ' + str(t['backup']) if t['backup'] is not None else 'A backup'} {did}."


def _looked_at(t: Told) -> str:
    return f"{t.patron} was looked at in {'backup ' + str(t['backup']) if t['backup'] is not None else 'a backup'}."


def _searched(t: Told) -> str:
    which = f"backup {t['backup']}" if t["backup"] is not None else "a backup"
    return f"People were looked for in {which}: {t.number('found'):,} found."


def _restored(t: Told) -> str:
    people = t.number("people_back")
    back = f" {messages.count(people, 'purged patron')} {'is' if people == 1 else 'are'} back." if people else ""
    gone = t["batches"] or ()
    lost = f" No longer on record: {messages.listed([f'purge {number}' for number in gone])}." if gone else ""
    replaced = t.number("replaced_number")
    log = f"; the log that it replaced had {messages.count(replaced, 'entry', 'entries')}" if replaced else ""
    return f"The library was restored from a backup{log}.{back}{lost}"


def _demo(t: Told) -> str:
    return f"A made-up school was built, with {t.count('patrons', 'patron')}."


WORDS: dict[str, Wording] = {
    **{f"import.{what}": Wording(f"{what.capitalize()} imported", _imported(what))
       for what in ("patrons", "items", "loans", "fines", "reservations", "responsibilities", "deactivations")},
    "backup.make": Wording("A backup made", _backup),
    "backup.remove": Wording("Backups removed", _backups_gone),
    "backup.open": Wording("A backup opened", _in_backup("was opened to look somebody up")),
    "backup.search": Wording("People looked for in a backup", _searched),
    "backup.look": Wording("Looked at in a backup", _looked_at),
    "settings.change": Wording("A setting changed", _setting),
    "settings.lending_rule": Wording("A lending rule set", _ruled),
    "settings.lending_rule_removed": Wording("A lending rule removed", always("A rule of lending was removed.")),
    "library.create": Wording("The library made", always("The library was made, with its first administrator.")),
    "library.restore": Wording("Restored from a backup", _restored),
    "library.demo": Wording("A made-up school built", _demo),
    "library.upgrade": Wording(
        "Brought up to date", always("The library was brought up to date, after a backup, for a newer version of PatronDesk.")
    ),
}  # fmt: skip
"""By operation."""
