"""How the staff page words what it shows."""

from __future__ import annotations

from collections.abc import Sequence

from patrondesk import messages
from patrondesk.records.staff import PERMISSION_WORDS, RoleLine, StaffLine, TokenLine
from patrondesk.ui.shell.paint import ChipText

_STATES = {
    "active": ChipText("green", "Can sign in", "tick"),
    "deactivated": ChipText("grey", "Deactivated", "blocked"),
    "expired": ChipText("grey", "Expired", "calendar"),
    "blocked": ChipText("grey", "Blocked", "blocked"),
}
_NO_PASSWORD = ChipText("grey", "No password", "key")
FEW = 4


def heading(people: Sequence[StaffLine], roles: Sequence[RoleLine]) -> str:
    """The sentence under the title."""
    able = sum(line.state == "active" and line.has_password for line in people)
    can = f"{messages.count(able, 'person', 'people')} can sign in"
    return f"{can}, {len(people) - able} cannot. {messages.count(len(roles), 'role')}."


def state(line: StaffLine) -> ChipText:
    """Whether somebody can sign in, and what keeps them from it."""
    chip = _STATES[line.state]
    return chip if line.state != "active" or line.has_password else _NO_PASSWORD


def last(line: StaffLine) -> str:
    """When somebody signed in last."""
    return messages.short_day(line.last_signed_in.astimezone().date()) if line.last_signed_in else "never"


def where(line: StaffLine) -> str:
    """Where a district person works; nothing for others."""
    if line.role != "district":
        return ""
    return ", ".join(line.libraries) or "every library"


def rights(role: RoleLine) -> str:
    """What a role grants, in few words."""
    if not role.permissions:
        return "My account only"
    if len(role.permissions) == len(PERMISSION_WORDS):
        return "Everything"
    names = [PERMISSION_WORDS[one][0] for one in PERMISSION_WORDS if one in role.permissions]
    more = len(names) - FEW
    return ", ".join(names[:FEW]) + (f" and {more} more" if more > 0 else "")


def every_right(role: RoleLine) -> str:
    """All that a role grants, for the tool tip."""
    names = [PERMISSION_WORDS[one][0] for one in PERMISSION_WORDS if one in role.permissions]
    return "\n".join((rights(role), "", *names)) if names else rights(role)


def token_ends(line: TokenLine) -> str:
    """When a token ends without use."""
    return messages.short_day(line.expires_at.astimezone().date())


def token_used(line: TokenLine) -> str:
    """When a token was used last."""
    return messages.short_day(line.last_used_at.astimezone().date()) if line.last_used_at else "not yet"


def purpose(line: TokenLine) -> str:
    """What a token signs in for."""
    return "Jobs" if line.purpose == "jobs" else "The window"
