"""A control that is off says why: in its tool tip, and to assistive technology."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from patrondesk.records.staff import Actor, Permission


def offer(control: QWidget, why_not: str = "", explained: str = "") -> None:
    """Switches a control on, or off where `why_not` says a reason; `explained` is its tool tip while it is on."""
    control.setEnabled(not why_not)
    said = why_not or explained
    control.setToolTip(said)
    control.setAccessibleDescription(said)


def missing_right(actor: Actor | None, permission: Permission, what: str) -> str:
    """Why this person may not do it, empty where they may. `what` goes on from "You may not": "waive fines"."""
    if actor is not None and actor.may(permission):
        return ""
    return f"You may not {what}. An administrator of the library can give you that right."
