"""The log's words about staff and roles."""

from __future__ import annotations

from patrondesk import messages
from patrondesk.services.access import ROLES
from patrondesk.services.audit_words.told import Told, Wording, joined, small


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
    parts = joined(*(f"{word} {messages.listed(list(map(_right, t[word])))}" for word in ("added", "taken") if t[word]))
    return f"The rights of {_role(t['role'])} were changed{': ' + parts if parts else ''}."


def _right(word: object) -> str:
    return str(word).replace("_", " ")


WORDS: dict[str, Wording] = {
    "staff.reset_password": Wording(
        "A password set anew", lambda t: f"The password of {small(t.patron)} was set anew with the recovery code."
    ),
    "staff.add": Wording("Given a staff account", _account),
    "staff.role": Wording("Given another role", _other_role),
    "staff.password": Wording("A password set", lambda t: f"The password of {small(t.patron)} was set by staff.{_ended(t)}"),
    "staff.own_password": Wording("The own password changed", lambda t: f"{t.patron} changed the own password.{_ended(t)}"),
    "staff.remove": Wording(
        "The role removed", lambda t: f"{t.patron} has no staff account any more (it was {_role(t['role'])}).{_ended(t)}"
    ),
    "staff.recovery": Wording("A recovery code made", lambda t: f"A new recovery code of {small(t.patron)} was made."),
    "staff.token": Wording(
        "Signing in by itself begun",
        lambda t: f"{t.patron} signs in without the password {'for jobs' if t['purpose'] == 'jobs' else 'on one computer'}.",
    ),
    "staff.revoke": Wording("Signing in by itself ended", lambda t: f"A sign-in by itself of {small(t.patron)} was ended."),
    "roles.add": Wording("A role made", lambda t: f"{_role(t['role']).capitalize()} was made."),
    "roles.rename": Wording("A role renamed", lambda t: f"{_role(t['role']).capitalize()} was given another name."),
    "roles.change": Wording("The rights of a role changed", _rights),
    "roles.remove": Wording("A role removed", lambda t: f"{_role(t['role']).capitalize()} was removed."),
}  # fmt: skip
"""By operation."""
