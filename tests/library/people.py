"""Random people, the reasons that hold for each by the words of the domain alone, and how they become rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from patrondesk.records.ids import PatronId
from tests.builders import LONG_AGO, School

KINDS = {
    "po_line": "PO_LINES",
    "purchase_order": "PURCHASE_ORDERS",
    "invoice": "INVOICES",
    "locked_bib": "LOCKED_BIBS",
    "import_profile": "IMPORT_PROFILES",
    "md_editor": "MD_EDITOR",
    "asset": "ASSETS",
    "grant": "GRANTS",
}
OVERRIDABLE = ("BALANCE_DUE", "CREDIT", "RESERVATIONS")
THRESHOLD = 200

# Every example is a library of its own, a tenth of a second: few of them, and none to make a failure smaller.
MODEST = settings(
    max_examples=10,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@dataclass(frozen=True)
class Person:
    """A patron to be. `guarantor`: the place of the person depended on; `fines`: (status, balance); days count from today.

    `requests`: whether each is still open.
    """

    enabled: bool = False
    loans: tuple[str, ...] = ()
    fines: tuple[tuple[str, int | None], ...] = ()
    reservations: tuple[str, ...] = ()
    protections: tuple[tuple[int | None, bool], ...] = ()
    responsibilities: tuple[tuple[str, str], ...] = ()
    guarantor: int | None = None
    role: str | None = None
    requests: tuple[bool, ...] = ()
    overrides: frozenset[str] = frozenset()
    belongings: bool = False


def rarely(strategy: st.SearchStrategy[tuple[object, ...]]) -> st.SearchStrategy[tuple[object, ...]]:
    """Mostly nothing, so that many people can go."""
    return st.one_of(st.just(()), st.just(()), strategy)


def some(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    """A tuple of one to three."""
    return st.lists(strategy, min_size=1, max_size=3).map(tuple)


MONEY = st.one_of(
    st.none(), st.sampled_from([0, 1, THRESHOLD - 1, THRESHOLD, THRESHOLD + 1, -1, -THRESHOLD]), st.integers(-500, 500)
)
FINES = st.tuples(st.sampled_from(["active", "active", "in_dispute", "closed"]), MONEY)
PAST = st.lists(st.sampled_from(["returned", "lost", "closed"]), max_size=3).map(tuple)


def person(*, guarantors: bool = True, overrides: bool = True) -> st.SearchStrategy[Person]:
    """Anybody."""
    return st.builds(
        Person,
        enabled=st.sampled_from([False, False, False, True]),
        loans=st.tuples(PAST, rarely(some(st.just("open")))).map(lambda both: (*both[0], *both[1])),
        fines=rarely(some(FINES)),
        reservations=rarely(some(st.sampled_from(["open", "filled", "cancelled", "expired"]))),
        protections=rarely(some(st.tuples(st.sampled_from([None, -1, 0, 1]), st.booleans()))),
        responsibilities=rarely(some(st.tuples(st.sampled_from(list(KINDS)), st.sampled_from(["open", "closed"])))),
        guarantor=st.one_of(st.none(), st.none(), st.integers(0, 5)) if guarantors else st.none(),
        role=st.sampled_from([None, None, None, "patron", "librarian", ""]),
        requests=rarely(some(st.booleans())),
        overrides=st.sets(st.sampled_from(OVERRIDABLE)).map(frozenset) if overrides else st.just(frozenset()),
        belongings=st.booleans(),
    )


def people(*, guarantors: bool = True, overrides: bool = True, most: int = 8) -> st.SearchStrategy[list[Person]]:
    """A few people."""
    return st.lists(person(guarantors=guarantors, overrides=overrides), min_size=1, max_size=most)


def expected(everybody: Sequence[Person], place: int, threshold: int = THRESHOLD) -> set[str]:
    """The codes that hold for one of them, as section 5 of the domain says it."""
    one = everybody[place]
    unsettled = [fine for fine in one.fines if fine[0] != "closed"]
    net = sum(balance for _, balance in unsettled if balance is not None)
    unknown = any(balance is None for _, balance in unsettled)
    disputed = any(status == "in_dispute" and balance != 0 for status, balance in unsettled)
    depend = [other for number, other in enumerate(everybody) if number != place and other.guarantor == place]
    codes = {KINDS[kind] for kind, status in one.responsibilities if status == "open"}
    told = {
        "ACTIVE": one.enabled,
        "OPEN_LOANS": "open" in one.loans,
        "BALANCE_DUE": net > threshold or unknown or disputed,
        "CREDIT": net < 0,
        "RESERVATIONS": "open" in one.reservations,
        "PROTECTED": any(not ended and (days is None or days >= 0) for days, ended in one.protections),
        "STAFF_ROLE": one.role == "librarian",
        "GUARANTOR": bool(depend),
        "ACCESS_REQUEST": True in one.requests,
    }
    return codes | {code for code, holds in told.items() if holds}


def free(everybody: Sequence[Person], place: int) -> bool:
    """Nothing holds this person that was not set aside."""
    return not expected(everybody, place) - everybody[place].overrides


def build(school: School, everybody: Sequence[Person], today: dt.date) -> list[PatronId]:
    """Writes them; their keys in the same order."""
    keys = [school.patron(enabled=one.enabled) for one in everybody]
    for key, one in zip(keys, everybody, strict=True):
        loans = [school.loan(key, status) for status in one.loans]
        for number, (status, balance) in enumerate(one.fines):
            school.fine(key, balance, status, loan_id=loans[number % len(loans)] if loans else None)
        for status in one.reservations:
            school.reservation(key, status)
        for days, ended in one.protections:
            until = None if days is None else today + dt.timedelta(days=days)
            school.protection(key, until, LONG_AGO if ended else None)
        for kind, status in one.responsibilities:
            school.responsibility(key, kind, status)
        for still_open in one.requests:
            school.request(key, closed=not still_open)
        if one.role is not None:
            school.staff(key, one.role or None)
        for code in sorted(one.overrides):
            school.override(key, code)
        if one.belongings:
            school.belongings(key)
    school.session.flush()
    for key, one in zip(keys, everybody, strict=True):
        if one.guarantor is not None and one.guarantor < len(keys):
            school.guarantee(key, keys[one.guarantor])
    return keys
