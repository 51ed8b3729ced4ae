"""Reasons as a plan or a batch keeps them - codes and numbers, no names - and in words again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from patrondesk.records.ids import PatronId
from patrondesk.records.verdict import Reason, Severity
from patrondesk.services import verdict
from patrondesk.services.door import Work


def told_reasons(reasons: Sequence[Reason]) -> list[dict[str, Any]]:
    """Reasons as they are kept in a batch: codes and numbers, no names."""
    return [
        {
            "code": r.code,
            "count": r.count,
            "amount": r.amount,
            "severity": r.severity.value,
            "overridden": r.overridden,
            **({"until": r.until.isoformat()} if r.until else {}),
            **({"comment": r.comment} if r.comment else {}),
        }
        for r in reasons
    ]


def worded(told: dict[str, Any], patron_id: PatronId, currency: str, work: Work) -> Reason:
    """A stored reason in words again."""
    until = dt.date.fromisoformat(told["until"]) if told.get("until") else None
    text, lifts = verdict.words(told["code"], patron_id, told["count"], told["amount"], currency, work, until)
    return Reason(
        told["code"],
        told["count"],
        told["amount"],
        Severity(told["severity"]),
        text,
        lifts,
        overridden=bool(told.get("overridden")),
        until=until,
    )
