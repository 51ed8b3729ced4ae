"""Requests to see the data that is held about a person, and the times it was handed out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from patrondesk.records.ids import PatronId, RequestId

RULES = {"ferpa": "FERPA, 45 days", "gdpr": "GDPR, one month", "other": "Another rule, own date"}
"""By which rule the day is counted."""


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """One request. `days_left` counts from the business date, negative once it is overdue; 0 when it is closed."""

    id: RequestId
    patron_id: PatronId
    name: str
    username: str | None
    barcode: str | None
    rule: str
    opened_on: dt.date
    opened_by: str
    due_on: dt.date
    comment: str | None
    days_left: int
    closed_on: dt.date | None = None
    closed_by: str | None = None
    outcome: str | None = None

    @property
    def open(self) -> bool:
        """Whether it is still to be answered."""
        return self.closed_on is None

    @property
    def overdue(self) -> bool:
        """Whether its day has passed."""
        return self.open and self.days_left < 0


@dataclass(frozen=True, slots=True)
class Download:
    """One time the data was handed out. `format`: json, xlsx or html; `request`: the request that it answers."""

    at: dt.datetime
    by: str
    format: str
    reason: str | None
    request: RequestId | None
