"""The one registry of the audit log's words: for every operation a name, and a plain sentence from its facts.

Facts are counts and internal ids; whoever wrote an entry long ago may have known fewer of them, so none is relied on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from patrondesk import messages, money
from patrondesk.records.patron_fields import FIELDS
from patrondesk.services.access import ROLES
from patrondesk.services.policy import KEYS
from patrondesk.services.reason_words import reason_name

KINDS = {
    "patron": "Patrons",
    "cohort": "Cohorts",
    "override": "Reasons set aside",
    "plan": "Plans",
    "purge": "Purges",
    "certificate": "Certificates",
    "loans": "Loans",
    "items": "Items",
    "reservations": "Reservations",
    "fines": "Fines",
    "import": "Imports",
    "backup": "Backups",
    "job": "Jobs",
    "settings": "Settings",
    "staff": "Staff",
    "roles": "Roles",
    "library": "The library itself",
}
"""The first part of an operation's name, and what it is about."""


class Told:
    """What a sentence is made of: the facts of an entry, whom it speaks of, and the currency of its amounts."""

    def __init__(self, facts: dict[str, Any], patron: str | None, currency: str) -> None:
        self._facts, self._patron, self._currency = facts, patron, currency

    def __getitem__(self, fact: str) -> Any:  # noqa: ANN401 - whatever was recorded
        return self._facts.get(fact)

    def number(self, fact: str) -> int:
        """A count; 0 where it was not recorded."""
        found = self._facts.get(fact)
        return found if isinstance(found, int) else 0

    def count(self, fact: str, one: str, many: str | None = None) -> str:
        """A count with its noun: 3 patrons."""
        return messages.count(self.number(fact), one, many)

    def amount(self, fact: str) -> str:
        """An amount of money; what was not known is said so."""
        found = self._facts.get(fact)
        return money.words(found, self._currency) if isinstance(found, int) else "an amount that is not known"

    @property
    def patron(self) -> str:
        """Whom it speaks of."""
        return self._patron or "A patron"

    @property
    def of_patron(self) -> str:
        """Of Hernández, Lucía; nothing where it speaks of nobody."""
        return f" of {self._patron}" if self._patron else ""

    @property
    def purge(self) -> str:
        """Purge 7."""
        return f"Purge {self['batch']}" if self["batch"] is not None else "A purge"

    @property
    def job(self) -> str:
        """Job 7."""
        return f"Job {self['job']}" if self["job"] is not None else "A job"

    @property
    def run(self) -> str:
        """Run 7."""
        return f"Run {self['run']}" if self["run"] is not None else "A run"

    @property
    def plan(self) -> str:
        """Plan 7."""
        return f"Plan {self['plan']}" if self["plan"] is not None else "A plan"


Tell = Callable[[Told], str]


@dataclass(frozen=True, slots=True)
class Wording:
    """`name` says the operation in a word or two, as in a patron's own history; `tell` says an entry."""

    name: str
    tell: Tell


def _always(sentence: str) -> Tell:
    return lambda _: sentence


def _parts(*parts: str) -> str:
    return messages.listed([part for part in parts if part])


def _if(number: int, said: str) -> str:
    return said if number else ""


# ------------------------------------------------------------------------------------------------------------ patrons


def _matching(t: Told) -> str:
    more = _parts(*(f"{t.count(fact, 'was', 'were')} {said}" for fact, said in _LEFT if t.number(fact)))
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
    more = _parts(*(f"{t.count(fact, 'was', 'were')} {said}" for fact, said in _UNTOUCHED if t.number(fact)))
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
    return f"“{_reason(t)}” was set aside for {_small(t.patron)}, with a comment."


def _again(t: Told) -> str:
    return f"“{_reason(t)}” holds {_small(t.patron)} again."


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
    return f"All that is held about {_small(t.patron)} was downloaded{kind}{asked}."


# ------------------------------------------------------------------------------------------------------------- purges

_SOURCES = {
    "page": "from the User Purge page", "list": "from a list", "plan": "from a plan", "job": "from a job",
    "loans": "from the outstanding loans", "delete": "as a single delete",
}  # fmt: skip


def _from(t: Told) -> str:
    return _SOURCES.get(str(t["source"]), "")


def _begun(t: Told) -> str:
    kept = "kept without names" if t["retain_loans"] else "deleted too"
    days = t.number("undo_days")
    undo = f"it can be undone for {messages.count(days, 'day')}" if days else "it cannot be undone"
    aside = t["overrides"]
    overrides = f" Set aside for some of them: {messages.listed([reason_name(str(code)) for code in aside])}." if aside else ""
    planned = " ".join(word for word in (t.count("planned", "patron"), "planned", _from(t)) if word)
    return f"{t.purge} began: {planned}; past loans are {kept}, {undo}.{overrides}"


def _chunk(t: Told) -> str:
    rest = _parts(_if(t.number("refused"), f"{t.number('refused'):,} refused"),
                  _if(t.number("vanished"), f"{t.number('vanished'):,} no longer there"))  # fmt: skip
    return f"{t.purge}: {t.count('purged', 'patron')} purged{', ' + rest if rest else ''}."


_ENDS = {
    "completed": "ended", "completed_with_exceptions": "ended, with refusals", "stopped": "was stopped",
}  # fmt: skip


def _finished(t: Told) -> str:
    how = _ENDS.get(str(t["state"]), "ended")
    return (
        f"{t.purge} {how}: {t.number('planned'):,} planned = {t.number('purged'):,} purged + {t.number('refused'):,} refused "
        f"+ {t.number('vanished'):,} no longer there + {t.number('not_reached'):,} not reached."
    )


def _stopped_short(how: str) -> Tell:
    return lambda t: f"{t.purge} {how}: {t.number('purged'):,} purged, {t.number('not_reached'):,} left as they were."


def _undone(t: Told) -> str:
    with_them = _parts(
        _if(t.number("loans"), t.count("loans", "past loan")), _if(t.number("fines"), t.count("fines", "fine")),
    )  # fmt: skip
    clashes = t.number("clashes")
    lost = f" {messages.count(clashes, 'key')} had been given to somebody else." if clashes else ""
    back = "was" if t.number("restored") == 1 else "were"
    brought = f", with {with_them}" if with_them else ""
    return f"{t.purge} was undone: {t.count('restored', 'patron')} {back} brought back{brought}.{lost}"


def _residue(t: Told) -> str:
    found = t.number("found")
    said = f"traces in {messages.count(found, 'place')}" if found else "no trace of its people"
    return f"{t.purge} was checked for what may be left: {said}."


def _forgotten(t: Told) -> str:
    one = t.number("tombstones") == 1
    return f"{t.count('tombstones', 'purged patron')} {'is' if one else 'are'} not recognised any more on returning."


def _resumed(t: Told) -> str:
    return f"{t.purge} was taken up again: {t.count('left', 'patron')} left to purge."


# ------------------------------------------------------------------------------------------------------ loans, fines


def _decided(t: Told) -> str:
    parts = _parts(
        _if(t.number("returned"), f"{t.number('returned'):,} returned"),
        _if(t.number("lost"), f"{t.number('lost'):,} lost"),
        _if(t.number("charged"), f"{t.number('charged'):,} of them charged, {t.amount('amount')} in all"),
    )
    return f"Open loans{t.of_patron} were dealt with{': ' + parts if parts else ''}."


def _loan(did: str) -> Tell:
    return lambda t: f"{'Loan ' + str(t['loan']) if t['loan'] is not None else 'A loan'}{t.of_patron} {did}."


def _item(did: str) -> Tell:
    return lambda t: f"An item {did} {_small(t.patron)}{' (loan ' + str(t['loan']) + ')' if t['loan'] is not None else ''}."


def _fine(did: str) -> Tell:
    def tell(t: Told) -> str:
        fine = f"fine {t['fine']}" if t["fine"] is not None else "a fine"
        return f"{did}: {t.amount('amount')} of {fine}{t.of_patron}."

    return tell


def _one_fine(did: str) -> Tell:
    return lambda t: f"{'Fine ' + str(t['fine']) if t['fine'] is not None else 'A fine'}{t.of_patron} {did}."


def _late(t: Told) -> str:
    return f" It was late: {t.amount('late_fine')} was charged." if t.number("late_fine") else ""


def _reserved(t: Told) -> str:
    aside = "; a copy was set aside at once" if t["item"] is not None else ""
    return f"A reservation{t.of_patron} was made{aside}."


def _expired(t: Told) -> str:
    number = len(t["reservations"] or ())
    on, free = t.number("handed_on"), t.number("released")
    parts = _parts(
        _if(on, f"{messages.count(on, 'copy', 'copies')} went to the next who waits"),
        _if(free, f"{messages.count(free, 'copy', 'copies')} became available"),
    )
    return f"{messages.count(number, 'reservation')} ended, as the time was over{'; ' + parts if parts else ''}."


def _of_item(did: str) -> Tell:
    return lambda t: f"{'Item ' + str(t['item']) if t['item'] is not None else 'An item'} {did}."


def _ruled(t: Told) -> str:
    whom = "one patron type" if t["patron_type"] is not None else "everybody else"
    days = f": {t.count('loan_days', 'day')}" if t.number("loan_days") else ""
    return f"The rule of lending to {whom} was set{days}."


def _paid_back(t: Told) -> str:
    off = f"; {t.amount('set_off')} of it settled what was owed" if t.number("set_off") else ""
    return f"A credit{t.of_patron} was paid back: {t.amount('paid')}{off}."


def _unreserved(t: Told) -> str:
    number = len(t["reservations"] or ())
    freed = t.number("released")
    more = f"; {messages.count(freed, 'copy', 'copies')} became available" if freed else ""
    return f"{messages.count(number, 'reservation')}{t.of_patron} {'was' if number == 1 else 'were'} cancelled{more}."


# ---------------------------------------------------------------------------------------------------- the rest of it


def _imported(what: str) -> Tell:
    def tell(t: Told) -> str:
        outcomes = ("added", "updated", "unchanged", "transferred", "reactivated", "invalid", "conflict")
        parts = _parts(*(_if(t.number(word), f"{t.number(word):,} {_OUTCOMES.get(word, word)}") for word in outcomes))
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


def _brought_back(t: Told) -> str:
    with_them = _parts(_if(t.number("loans"), t.count("loans", "past loan")), _if(t.number("fines"), t.count("fines", "fine")))
    left = f" {messages.count(t.number('left'), 'record')} could not come." if t.number("left") else ""
    clashes = f" {messages.count(t.number('clashes'), 'key')} had been given to somebody else." if t.number("clashes") else ""
    return f"{t.patron} was brought back from a backup{', with ' + with_them if with_them else ''}.{clashes}{left}"


def _restored(t: Told) -> str:
    people = t.number("people_back")
    back = f" {messages.count(people, 'purged patron')} {'is' if people == 1 else 'are'} back." if people else ""
    gone = t["batches"] or ()
    lost = f" No longer on record: {messages.listed([f'purge {number}' for number in gone])}." if gone else ""
    replaced = t.number("replaced_number")
    log = f"; the log that it replaced had {messages.count(replaced, 'entry', 'entries')}" if replaced else ""
    return f"The library was restored from a backup{log}.{back}{lost}"


def _role(word: object) -> str:
    """A role of ours by its name; one that the library made by its number."""
    known = ROLES.get(str(word))
    return known[0] if known else f"role {word}" if word else "a role"


def _account(t: Told) -> str:
    return f"{t.patron} was given a staff account, as {_role(t['role'])}."


def _other_role(t: Told) -> str:
    return f"{t.patron} is {_role(t['to'])} now; before, {_role(t['from'])}."


def _ended(t: Told) -> str:
    number = t.number("tokens")
    return f" {messages.count(number, 'sign-in by itself', 'sign-ins by itself')} ended with it." if number else ""


def _rights(t: Told) -> str:
    parts = _parts(*(f"{word} {messages.listed(list(map(_right, t[word])))}" for word in ("added", "taken") if t[word]))
    return f"The rights of {_role(t['role'])} were changed{': ' + parts if parts else ''}."


def _right(word: object) -> str:
    return str(word).replace("_", " ")


def _demo(t: Told) -> str:
    return f"A made-up school was built, with {t.count('patrons', 'patron')}."


def _plan_patrons(did: str) -> Tell:
    def tell(t: Told) -> str:
        one = t.number("patrons") == 1
        return f"{t.plan}: {t.count('patrons', 'patron')} {'was' if one else 'were'} {did}."

    return tell


def _reviewed(t: Told) -> str:
    done = (("taken_out", "struck off"), ("put_back", "put back"), ("noted", "given a note"))
    parts = _parts(*(f"{t.number(fact):,} {said}" for fact, said in done if t.number(fact)))
    return f"{t.plan} was reviewed in a file{': ' + parts if parts else ', and stays as it was'}."


def _certified(t: Told) -> str:
    return f"A certificate of {_small(t.purge)} was issued."


def _job_sum(t: Told) -> str:
    state = str(t["state"] or "").replace("_", " ")
    numbers = f"{t.number('processed'):,} processed, {t.number('exceptions'):,} with exceptions, {t.number('done'):,} done"
    return f"{t.run} ended: {state or 'it is not known how'}; {numbers}."


def _bulk_waived(t: Told) -> str:
    done = f"{t.count('fines', 'fine')} of {t.count('patrons', 'patron')} {'was' if t.number('fines') == 1 else 'were'} waived"
    return f"{done}, {t.amount('amount')}; {t.count('considered', 'patron')} considered."


WORDS: dict[str, Wording] = {
    "job.add": Wording("A job set up", lambda t: f"{t.job} was set up{', with a schedule' if t['scheduled'] else ''}."),
    "job.change": Wording("A job changed", lambda t: f"{t.job} was changed."),
    "job.remove": Wording("A job removed", lambda t: f"{t.job} was removed; its runs stay."),
    "job.take_up": Wording("Jobs due", lambda t: f"{len(t['jobs'] or ()):,} due jobs were taken up."),
    "job.run": Wording("A job begun", lambda t: f"{t.run} began."),
    "job.end": Wording("A job ended", _job_sum),
    "job.forget_runs": Wording("Old runs removed", lambda t: f"{t.count('runs', 'old run')} of {_small(t.job)} went."),
    "fines.bulk_waive": Wording("Fines waived in bulk", _bulk_waived),
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
    "patron.note_add": Wording("A note added", lambda t: f"A note about {_small(t.patron)} was added."),
    "patron.note_change": Wording("A note changed", lambda t: f"A note about {_small(t.patron)} was changed."),
    "patron.note_remove": Wording("A note removed", lambda t: f"A note about {_small(t.patron)} was removed."),
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
    "plan.save": Wording(
        "A plan saved",
        lambda t: f"{t.plan} was saved to be reviewed: {t.count('patrons', 'patron')}{' ' + _from(t) if _from(t) else ''}.",
    ),
    "plan.strike": Wording("Patrons struck off a plan", _plan_patrons("struck off")),
    "plan.put_back": Wording("Patrons put back on a plan", _plan_patrons("put back")),
    "plan.review": Wording("A plan reviewed in a file", _reviewed),
    "plan.discard": Wording("A plan discarded", lambda t: f"{t.plan} was discarded."),
    "plan.expire": Wording("An old plan discarded", lambda t: f"{t.plan} had waited too long, and was discarded."),
    "purge.begin": Wording("A purge begun", _begun),
    "purge.chunk": Wording("Patrons purged", _chunk),
    "purge.exception": Wording(
        "A purge failed for this patron", lambda t: f"{t.purge} could not take {_small(t.patron)}, who stays."
    ),
    "purge.finish": Wording("A purge ended", _finished),
    "purge.interrupt": Wording("A purge interrupted", _stopped_short("was interrupted")),
    "purge.resume": Wording("A purge taken up again", _resumed),
    "purge.close": Wording("An interrupted purge closed", _stopped_short("was closed where it stood")),
    "purge.undo": Wording("A purge undone", _undone),
    "purge.residue": Wording("Traces looked for", _residue),
    "purge.destroy": Wording("A purge's archive destroyed", lambda t: f"What was kept to undo {_small(t.purge)} was destroyed."),
    "purge.forget": Wording("Returning patrons forgotten", _forgotten),
    "certificate.issue": Wording("A certificate issued", _certified),
    "loans.decide": Wording("Open loans dealt with", _decided),
    "loans.reopen": Wording("A lost loan opened again", _loan("is open again: the item is not lost after all")),
    "loans.found": Wording(
        "A lost item found",
        lambda t: f"{'Item ' + str(t['item']) if t['item'] is not None else 'An item'} was lost, and is found{_lent_to(t)}.",
    ),
    "loans.checkout": Wording("An item lent", _item("was lent to")),
    "loans.return": Wording("An item returned", lambda t: f"{_item('is back from')(t)}{_late(t)}"),
    "loans.renew": Wording("A loan renewed", lambda t: f"{_loan('was renewed')(t)}{_late(t)}"),
    "loans.undo_checkout": Wording("A check-out taken back", _loan("was a mistake: the item was not lent")),
    "loans.undo_return": Wording("A return taken back", _loan("is open again: the item was not returned")),
    "loans.lost": Wording("An item marked as lost", _loan("ended: the item is marked as lost")),
    "reservations.add": Wording("A reservation made", _reserved),
    "reservations.cancel": Wording("A reservation cancelled", _unreserved),
    "reservations.expire": Wording("Reservations ended", _expired),
    "fines.payment": Wording("A payment recorded", _fine("A payment")),
    "fines.waiver": Wording("A fine waived", _fine("A waiver")),
    "fines.amount": Wording("The amount of a bill set", _fine("An amount was set")),
    "fines.dispute": Wording("A fine in dispute", _one_fine("is in dispute")),
    "fines.end_dispute": Wording("A dispute settled", _one_fine("is not in dispute any more")),
    "fines.pay_back": Wording("A credit paid back", _paid_back),
    **{f"import.{what}": Wording(f"{what.capitalize()} imported", _imported(what))
       for what in ("patrons", "items", "loans", "fines", "reservations", "responsibilities", "deactivations")},
    "backup.make": Wording("A backup made", _backup),
    "backup.remove": Wording("Backups removed", _backups_gone),
    "backup.open": Wording("A backup opened", _in_backup("was opened to look somebody up")),
    "backup.search": Wording("People looked for in a backup", _searched),
    "backup.look": Wording("Looked at in a backup", _looked_at),
    "settings.change": Wording("A setting changed", _setting),
    "settings.lending_rule": Wording("A lending rule set", _ruled),
    "settings.lending_rule_removed": Wording("A lending rule removed", _always("A rule of lending was removed.")),
    "items.add": Wording("An item added", _of_item("was added by hand")),
    "items.edit": Wording("An item changed", _of_item("was changed by hand")),
    "items.withdraw": Wording("An item withdrawn", _of_item("was withdrawn from the catalogue")),
    "items.put_back": Wording("An item put back", _of_item("is in the catalogue again")),
    "staff.reset_password": Wording(
        "A password set anew", lambda t: f"The password of {_small(t.patron)} was set anew with the recovery code."
    ),
    "staff.add": Wording("Given a staff account", _account),
    "staff.role": Wording("Given another role", _other_role),
    "staff.password": Wording("A password set", lambda t: f"The password of {_small(t.patron)} was set by staff.{_ended(t)}"),
    "staff.own_password": Wording("The own password changed", lambda t: f"{t.patron} changed the own password.{_ended(t)}"),
    "staff.remove": Wording(
        "The role removed", lambda t: f"{t.patron} has no staff account any more (it was {_role(t['role'])}).{_ended(t)}"
    ),
    "staff.recovery": Wording("A recovery code made", lambda t: f"A new recovery code of {_small(t.patron)} was made."),
    "staff.token": Wording(
        "Signing in by itself begun",
        lambda t: f"{t.patron} signs in without the password {'for jobs' if t['purpose'] == 'jobs' else 'on one computer'}.",
    ),
    "staff.revoke": Wording("Signing in by itself ended", lambda t: f"A sign-in by itself of {_small(t.patron)} was ended."),
    "roles.add": Wording("A role made", lambda t: f"{_role(t['role']).capitalize()} was made."),
    "roles.rename": Wording("A role renamed", lambda t: f"{_role(t['role']).capitalize()} was given another name."),
    "roles.change": Wording("The rights of a role changed", _rights),
    "roles.remove": Wording("A role removed", lambda t: f"{_role(t['role']).capitalize()} was removed."),
    "library.create": Wording("The library made", _always("The library was made, with its first administrator.")),
    "library.restore": Wording("Restored from a backup", _restored),
    "library.demo": Wording("A made-up school built", _demo),
    "library.upgrade": Wording(
        "Brought up to date", _always("The library was brought up to date, after a backup, for a newer version of PatronDesk.")
    ),
}  # fmt: skip
"""By operation. A test reads the services' source and fails for an operation without words."""


def _small(words: str) -> str:
    """Purge 7 within a sentence; a name stays as it is."""
    return words[0].lower() + words[1:] if words.startswith(("Purge ", "Job ", "A ")) else words


def _lent_to(t: Told) -> str:
    return f"; {t.patron} had it last" if t.of_patron else ""


def name_of(operation: str) -> str:
    """An operation in a word or two; one that this version does not know as it is."""
    known = WORDS.get(operation)
    return known.name if known else operation


def sentence(operation: str, facts: dict[str, Any], patron: str | None, currency: str) -> str:
    """An entry in a plain sentence. `patron`: how to call whom it speaks of, None when it speaks of nobody."""
    known = WORDS.get(operation)
    if known is None:
        about = f", about {patron}" if patron else ""
        return f"Recorded as “{operation}”{about}."
    return known.tell(Told(facts, patron, currency))
