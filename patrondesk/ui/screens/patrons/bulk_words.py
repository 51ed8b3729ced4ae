"""The sentences of changing patrons together: what can be done, what it does in numbers that add up, what was done."""

from __future__ import annotations

from dataclasses import dataclass

from patrondesk import messages
from patrondesk.records.bulk import Action, BulkLook


@dataclass(frozen=True, slots=True)
class Words:
    """`name` in the list of actions; `verb` on the button; `done` of many; `text` and `day`: the labels of its fields."""

    name: str
    verb: str
    done: str
    already: str
    text: str = ""
    hint: str = ""
    day: str = ""
    day_hint: str = ""


WORDS = {
    Action.DISABLE: Words("Deactivate", "Deactivate", "deactivated", "deactivated already", "Reason, if any", "Moved away"),
    Action.ENABLE: Words("Enable again", "Enable", "enabled again", "active already"),
    Action.BLOCK: Words("Block", "Block", "blocked", "blocked already", "Comment", "Has not answered three letters",
                        "Until, if there is an end", "Empty: until somebody unblocks."),
    Action.UNBLOCK: Words("Unblock", "Unblock", "unblocked", "not blocked", "Comment", "Has answered"),
    Action.PROTECT: Words("Flag to keep", "Keep", "flagged to keep", "flagged already", "Why", "Comes back after the exchange",
                          "Until, if there is an end", "Empty: until somebody ends it."),
    Action.UNPROTECT: Words("End keeping", "End keeping of", "no longer flagged to keep", "not flagged"),
    Action.USER_GROUP: Words("Set the user group", "Change", "put into the group", "in it already", "User group"),
    Action.YEAR_LEVEL: Words("Set the year level", "Change", "put into the year level", "in it already", "Year level"),
    Action.HOMEROOM: Words("Set the homeroom", "Change", "put into the homeroom", "in it already", "Homeroom"),
    Action.EXPIRY_DATE: Words("Set the expiry date", "Change", "given the expiry date", "have it already",
                              day="Expires on", day_hint="Empty: without an expiry date."),
    Action.PURGE_DATE: Words("Set the purge date", "Change", "given the purge date", "have it already",
                             day="To be purged from", day_hint="Empty: without a purge date."),
}  # fmt: skip
"""By action, in the order in which they are offered."""


def button(action: Action, look: BulkLook | None) -> str:
    """The button that does it."""
    verb = WORDS[action].verb
    return f"{verb} {messages.count(look.changed, 'patron')}" if look is not None and look.changed else verb.split()[0]


def names(look: BulkLook) -> str:
    """Who is changed, the first few by name."""
    return _listed(look.names[:6], look.changed)


def _listed(some: tuple[tuple[str, str], ...], number: int) -> str:
    shown = [f"{name} ({key})" if key else name for name, key in some]
    more = number - len(shown)
    return "; ".join([*shown, *([f"and {more:,} more"] if more > 0 else [])]) + "." if shown else ""


def spared(look: BulkLook) -> str:
    """Who is left as they are, and why; empty when nobody is."""
    why = [
        "your own account" if look.own else "",
        messages.count(look.staff, "account with a role", "accounts with a role") if look.staff else "",
        f"{messages.count(look.locked, 'patron')} whose field is locked" if look.locked else "",
        f"{messages.count(look.unfit, 'patron')} whose membership would end before it began" if look.unfit else "",
    ]
    said = messages.listed([word for word in why if word])
    return f"Left as they are: {said}. {_listed(look.spared_names[:4], look.spared)}".strip() if said else ""


def nothing_to_do(action: Action, look: BulkLook) -> str:
    """Why the button is off; empty when it is not."""
    if not look.selected:
        return "Nobody fits this selection."
    if look.changed:
        return ""
    return f"All of them are left as they are, or {WORDS[action].already}." if look.spared else f"All {WORDS[action].already}."


def done(action: Action, look: BulkLook, value: str = "") -> str:
    """What was done."""
    is_ = "is" if look.changed == 1 else "are"
    said = f"{messages.count(look.changed, 'patron')} {is_} {WORDS[action].done}"
    if action.sets_field:
        return f"{said} “{value}”." if value else f"{messages.count(look.changed, 'patron')} {is_} changed; the field is blank."
    return f"{said}."
