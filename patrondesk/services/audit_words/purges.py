"""The log's words about plans, purges and certificates."""

from __future__ import annotations

from patrondesk import messages
from patrondesk.services.audit_words.told import Tell, Told, Wording, if_any, joined, small
from patrondesk.services.reason_words import reason_name

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
    rest = joined(if_any(t.number("refused"), f"{t.number('refused'):,} refused"),
                  if_any(t.number("vanished"), f"{t.number('vanished'):,} no longer there"))  # fmt: skip
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
    with_them = joined(
        if_any(t.number("loans"), t.count("loans", "past loan")), if_any(t.number("fines"), t.count("fines", "fine")),
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


def _plan_patrons(did: str) -> Tell:
    def tell(t: Told) -> str:
        one = t.number("patrons") == 1
        return f"{t.plan}: {t.count('patrons', 'patron')} {'was' if one else 'were'} {did}."

    return tell


def _reviewed(t: Told) -> str:
    done = (("taken_out", "struck off"), ("put_back", "put back"), ("noted", "given a note"))
    parts = joined(*(f"{t.number(fact):,} {said}" for fact, said in done if t.number(fact)))
    return f"{t.plan} was reviewed in a file{': ' + parts if parts else ', and stays as it was'}."


def _certified(t: Told) -> str:
    return f"A certificate of {small(t.purge)} was issued."


WORDS: dict[str, Wording] = {
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
        "A purge failed for this patron", lambda t: f"{t.purge} could not take {small(t.patron)}, who stays."
    ),
    "purge.finish": Wording("A purge ended", _finished),
    "purge.interrupt": Wording("A purge interrupted", _stopped_short("was interrupted")),
    "purge.resume": Wording("A purge taken up again", _resumed),
    "purge.close": Wording("An interrupted purge closed", _stopped_short("was closed where it stood")),
    "purge.undo": Wording("A purge undone", _undone),
    "purge.residue": Wording("Traces looked for", _residue),
    "purge.destroy": Wording("A purge's archive destroyed", lambda t: f"What was kept to undo {small(t.purge)} was destroyed."),
    "purge.forget": Wording("Returning patrons forgotten", _forgotten),
    "certificate.issue": Wording("A certificate issued", _certified),
}  # fmt: skip
"""By operation."""
