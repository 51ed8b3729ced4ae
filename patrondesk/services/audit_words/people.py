"""The log's words about patrons: their records, blocks, requests, cohorts, reasons set aside."""

from __future__ import annotations

import datetime as dt

from patrondesk import messages
from patrondesk.records.patron_fields import FIELDS
from patrondesk.services.audit_words.told import Tell, Told, Wording, if_any, joined, small
from patrondesk.services.reason_words import reason_name


def _matching(t: Told) -> str:
    more = joined(*(f"{t.count(fact, 'was', 'were')} {said}" for fact, said in _LEFT if t.number(fact)))
    return f"{t.count('changed', 'patron')} deactivated together{'; ' + more if more else ''}."


_LEFT = (("already", "so already"), ("spared", "spared"))

_TOGETHER = {
    "disable": "deactivated", "enable": "enabled again", "block": "blocked", "unblock": "unblocked", "protect": "flagged to keep",
    "unprotect": "no longer flagged to keep", "user_group": "put into a user group", "year_level": "put into a year level",
    "homeroom": "put into a homeroom", "expiry_date": "given an expiry date", "purge_date": "given a purge date",
}  # fmt: skip

_UNTOUCHED = (
    ("already", "so already"), ("own", "left out as the own account"), ("staff", "left out as staff"),
    ("locked", "left out as locked"), ("unfit", "left out"),
)  # fmt: skip


def _together(t: Told) -> str:
    did = _TOGETHER.get(str(t["action"]), "changed")
    return f"{t.count('changed', 'patron')} {did} together{_untouched(t)}."


def _untouched(t: Told) -> str:
    more = joined(*(f"{t.count(fact, 'was', 'were')} {said}" for fact, said in _UNTOUCHED if t.number(fact)))
    return f"; {more}" if more else ""


def _of_cohort(did: str) -> Tell:
    return lambda t: f"{'Cohort ' + str(t['cohort']) if t['cohort'] is not None else 'A cohort'} {did}."


def _cohort_switched(did: str) -> Tell:
    def tell(t: Told) -> str:
        which = f"cohort {t['cohort']}" if t["cohort"] is not None else "a cohort"
        return f"{t.count('changed', 'patron')} of {which} {did}{_untouched(t)}."

    return tell


def _kept(t: Told) -> str:
    until = t["until"]
    return f"{t.patron} was flagged to keep{f' until {_day(until)}' if until else ''}."


def _day(iso: object) -> str:
    try:
        return messages.day(dt.date.fromisoformat(str(iso)))
    except ValueError:
        return str(iso)


def _aside(t: Told) -> str:
    return f"“{_reason(t)}” was set aside for {small(t.patron)}, with a comment."


def _again(t: Told) -> str:
    return f"“{_reason(t)}” holds {small(t.patron)} again."


def _reason(t: Told) -> str:
    return reason_name(str(t["code"])) if t["code"] else "A reason"


def _edited(t: Told) -> str:
    fields = [FIELDS[name].said if name in FIELDS else "locked fields" for name in t["fields"] or ()]
    return f"The record{t.of_patron} was changed by hand{f': {messages.listed(fields)}' if fields else ''}."


def _blocked(t: Told) -> str:
    until = f" until {_day(t['until'])}" if t["until"] else ""
    return f"{t.patron} was blocked{until}."


def _requested(t: Told) -> str:
    due = f", to be answered until {_day(t['due'])}" if t["due"] else ""
    return f"A request to see the data{t.of_patron} was opened{due}."


def _due_changed(t: Told) -> str:
    due = f"until {_day(t['due'])}" if t["due"] else "on another day"
    return f"The request to see the data{t.of_patron} is to be answered {due}."


def _downloaded(t: Told) -> str:
    kind = f" as {str(t['format']).upper()}" if t["format"] else ""
    asked = " to answer a request" if t["request"] else ""
    return f"All that is held about {small(t.patron)} was downloaded{kind}{asked}."


def _brought_back(t: Told) -> str:
    with_them = joined(
        if_any(t.number("loans"), t.count("loans", "past loan")), if_any(t.number("fines"), t.count("fines", "fine"))
    )
    left = f" {messages.count(t.number('left'), 'record')} could not come." if t.number("left") else ""
    clashes = f" {messages.count(t.number('clashes'), 'key')} had been given to somebody else." if t.number("clashes") else ""
    return f"{t.patron} was brought back from a backup{', with ' + with_them if with_them else ''}.{clashes}{left}"


WORDS: dict[str, Wording] = {
    "patron.add": Wording("Added by hand", lambda t: f"{t.patron} was added by hand."),
    "patron.disable": Wording("Deactivated", lambda t: f"{t.patron} was deactivated."),
    "patron.enable": Wording("Enabled again", lambda t: f"{t.patron} was enabled again."),
    "patron.disable_matching": Wording("A selection deactivated", _matching),
    "patron.together": Wording("A selection changed together", _together),
    "patron.export_list": Wording(
        "A list of patrons exported", lambda t: f"A list of {t.count('rows', 'patron')} was saved as a file."
    ),
    "cohort.add": Wording("A cohort made", _of_cohort("was made")),
    "cohort.change": Wording("A cohort changed", _of_cohort("was given another name or date")),
    "cohort.off": Wording("A cohort switched off", _cohort_switched("deactivated")),
    "cohort.on": Wording("A cohort switched on", _cohort_switched("enabled again")),
    "patron.protect": Wording("Flagged to keep", _kept),
    "patron.unprotect": Wording("No longer flagged to keep", lambda t: f"{t.patron} is no longer flagged to keep."),
    "patron.edit": Wording("Changed by hand", _edited),
    "patron.block": Wording("Blocked", _blocked),
    "patron.unblock": Wording("Unblocked", lambda t: f"{t.patron} was unblocked."),
    "patron.note_add": Wording("A note added", lambda t: f"A note about {small(t.patron)} was added."),
    "patron.note_change": Wording("A note changed", lambda t: f"A note about {small(t.patron)} was changed."),
    "patron.note_remove": Wording("A note removed", lambda t: f"A note about {small(t.patron)} was removed."),
    "patron.attach": Wording("A file attached", lambda t: f"A file was attached to the record{t.of_patron}."),
    "patron.detach": Wording("A file removed", lambda t: f"A file was removed from the record{t.of_patron}."),
    "patron.portrait": Wording("A picture set", lambda t: f"The picture{t.of_patron} was set."),
    "patron.portrait_remove": Wording("The picture removed", lambda t: f"The picture{t.of_patron} was removed."),
    "patron.bring_back": Wording("Brought back from a backup", _brought_back),
    "patron.request": Wording("A request to see the data opened", _requested),
    "patron.request_due": Wording("A request's due date changed", _due_changed),
    "patron.request_close": Wording(
        "A request to see the data closed", lambda t: f"The request to see the data{t.of_patron} was closed."
    ),
    "patron.download": Wording("The data downloaded", _downloaded),
    "patron.download_failed": Wording(
        "A download that failed", lambda t: f"The file with the data{t.of_patron} could not be written; nothing was handed out."
    ),
    "override.add": Wording("A reason set aside", _aside),
    "override.withdraw": Wording("A reason holds again", _again),
}  # fmt: skip
"""By operation."""
