"""What became different about the patrons of a kept plan since it was made, in one sentence."""

from __future__ import annotations

from collections.abc import Sequence

from patrondesk import messages
from patrondesk.records.plans import Drift, holds


def since(drifts: Sequence[Drift]) -> str:
    """Since the plan was made, 2 patrons got something in the way, and 1 is no longer there. Empty for nothing."""
    gone = [one for one in drifts if one.gone]
    there = [one for one in drifts if not one.gone]
    caught = [one for one in there if holds(one.now) and not holds(one.before)]
    freed = [one for one in there if holds(one.before) and not holds(one.now)]
    other = len(there) - len(caught) - len(freed)
    parts = [
        said.format(number=f"{number:,}", is_=("is" if number == 1 else "are"))
        for number, said in (
            (len(caught), "{number} got something in the way and {is_} held"),
            (len(freed), "{number} {is_} free but was held then, and stays until a new plan" if len(freed) == 1 else
             "{number} {is_} free but were held then, and stay until a new plan"),
            (len(gone), "{number} {is_} no longer there"),
            (other, "{number} changed"),
        )
        if number
    ]  # fmt: skip
    return f"Since the plan was made, {messages.listed(parts)}." if parts else ""
