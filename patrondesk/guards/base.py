"""What a guard is: one query for the reasons of given patrons, and the same rule as a condition on patrons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from patrondesk.records.ids import LibraryId, PatronId
from patrondesk.records.verdict import Scope, Severity

EVERYWHERE = frozenset(Scope)
RECORD_SCOPES = frozenset({Scope.PAGE, Scope.JOB, Scope.UPDATE, Scope.SINGLE})


@dataclass(frozen=True, slots=True)
class Facts:
    """What guards need to know besides the patrons.

    `threshold` in minor units; `today` the business date; `grace_days` of a job.
    """

    library_id: LibraryId
    operator_id: PatronId | None
    today: dt.date
    threshold: int
    currency: str
    grace_days: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """A row of a guard's query: it holds for this patron.

    `amount` in minor units; `records`: ids behind it; `until`: a day that it names.
    """

    patron_id: PatronId
    code: str
    count: int
    amount: int | None
    records: tuple[int, ...]
    until: dt.date | None = None


# A SELECT of patron ids, and a SELECT of (patron_id, code, count, amount, records), with a day where the reason names one.
Chosen = sa.Select[int]
Rows = sa.Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Guard:
    """One reason not to purge.

    `find(facts, chosen)` gives a SELECT of (patron_id, code, count, amount, records) for patrons among `chosen`, a
    SELECT of ids; `records` is a comma-separated text or null; a sixth column may name a day. `condition(facts, code)` is
    the same rule as a condition on `patrons`, for one of the guard's codes or (None) for any. `word(finding, facts)` is the
    sentence.
    `lifts_there` is what lifts it in the scopes of `absolute_in`, where it cannot be set aside.
    """

    code: str
    codes: tuple[str, ...]
    severity: Severity
    scopes: frozenset[Scope]
    lifts: str
    find: Callable[[Facts, Chosen], Rows]
    condition: Callable[[Facts, str | None], sa.ColumnElement[bool]]
    word: Callable[[Finding, Facts], str]
    lifts_of: Callable[[str], str] | None = None
    lifts_there: str = ""
    absolute_in: frozenset[Scope] = frozenset()

    def severity_in(self, scope: Scope) -> Severity:
        """Whether the reason can be overridden in this scope (a single delete allows less than a purge)."""
        return Severity.ABSOLUTE if scope in self.absolute_in else self.severity

    def what_lifts(self, code: str, scope: Scope = Scope.PAGE) -> str:
        """What would lift the reason, as a half sentence."""
        if scope in self.absolute_in and self.lifts_there:
            return self.lifts_there
        return self.lifts_of(code) if self.lifts_of else self.lifts


def id_list(column: sa.ColumnExpressionArgument[int]) -> sa.ColumnElement[str]:
    """The ids behind a reason, as comma-separated text."""
    return sa.func.aggregate_strings(sa.cast(column, sa.String), ",")
