"""Who is at the made-up school: names, keys, classes, addresses, and who has left, how, and what is still in the way."""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from patrondesk.folding import fold
from patrondesk.services.demo.calendar import SchoolCalendar
from patrondesk.services.demo.dice import Dice, Share, Wheel
from patrondesk.services.demo.house import HOUSE, KNOTS, OF_STAFF, PLAIN_KNOTS, Account
from patrondesk.services.demo.names import TRADITIONS, WHEEL

_STREETS = (
    "Kōwhai Street", "Riverbank Road", "Willow Lane", "Mānuka Terrace", "Station Road", "Orchard Rise",
    "Saint Brigid’s Way", "Ferry Lane", "Tūī Crescent", "Quarry Road", "Harbour View", "Old Mill Close", "Pōhutukawa Drive",
    "Chapel Street", "Long Acre", "Weir Walk",
)  # fmt: skip
_TOWNS = (
    ("Riverbank", "4120"), ("Riverbank", "4120"), ("Upper Ferry", "4122"), ("Millbrook", "4131"), ("Kaimoana Bay", "4135"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class School:
    """Which school to make. `plain` leaves out portraits, notes and the rarer facts, for measuring at large sizes."""

    patrons: int = 600
    seed: int = 1
    today: dt.date = dt.date(2026, 12, 4)
    plain: bool = False

    @property
    def leavers(self) -> float:
        """The share of patrons who are deactivated."""
        return 0.10 if self.plain else 187.02 / 600

    @property
    def held(self) -> float:
        """The share of leavers with something in the way."""
        return 0.30 if self.plain else 88.02 / 187


class Leaving(NamedTuple):
    """When and how a patron was deactivated. `through`: rollover, file, hand; the file gives no reason."""

    on: dt.date
    through: str
    reason: str | None


class Person(NamedTuple):
    """One patron. `number` counts from 0; `guarantor` is another person's number, always a smaller one."""

    number: int
    kind: str
    tradition: str
    username: str
    barcode: str
    external_id: str | None
    family_name: str
    given_name: str | None
    middle_name: str | None
    preferred_name: str | None
    gender: str
    birth_date: dt.date | None
    email: str
    phone: str
    street: str
    city: str
    post_code: str
    language: str
    user_group: str
    year_level: str | None
    homeroom: str | None
    graduation_year: int | None
    expiry_date: dt.date | None
    purge_date: dt.date | None
    registered_on: dt.date
    former_barcode: str | None
    leaving: Leaving | None
    knot: str
    guarantor: int | None


class _Name(NamedTuple):
    family: str
    given: str | None
    middle: str | None
    preferred: str | None
    stem: str


class _Family(NamedTuple):
    number: int
    tradition: str
    family: str
    street: str
    city: str
    post_code: str
    phone: str


class _Usernames:
    """Usernames such as `lhernan01`: never the same twice, remembering one number for each stem only."""

    def __init__(self) -> None:
        self._next: dict[str, int] = {}

    def new(self, stem: str) -> str:
        number = self._next.get(stem) or 1 + sum(map(ord, stem)) * 7 % 29
        self._next[stem] = number + 1
        return f"{stem}{number:02d}"


def letters(text: str) -> str:
    """The plain letters a to z of a name, folded."""
    return "".join(c for c in fold(text) if "a" <= c <= "z")


def _form(family: str, gender: str) -> str:
    men, _, women = family.partition("/")
    return women if women and gender == "female" else men


def _name(dice: Dice, tradition: str, gender: str, family: str) -> _Name:
    """A whole name for a family of the tradition (`family` as it stands in the list)."""
    lists = TRADITIONS[tradition]
    native, _, latin = _form(family, gender).partition("=")
    if tradition == "single":
        return _Name(native, None, None, None, letters(native)[:7])
    givens = lists.girls if gender == "female" else lists.boys
    given, _, latin_given = dice.one(givens).partition("=")
    stem = (letters(latin_given or given)[:1] + letters(latin or native)[:6]) or "reader"
    if lists.order == "comma":
        if dice.chance(0.03) and not latin and "-" not in native:
            native = f"{native}-{_form(dice.one(lists.families), gender)}"
        middle = dice.one(givens).partition("=")[0] if dice.chance(0.25) else None
        short = given[:3] if dice.chance(0.06) and len(given) > 5 else None
        return _Name(native, given, middle if middle != given else None, short, stem)
    if tradition == "vietnamese":
        return _Name(f"{native} {given}", None, None, None, stem)
    if lists.order == "whole":
        return _Name(f"{native}{given} ({latin} {latin_given})", None, None, None, stem)
    shown = f"{given} {native}" + (f" ({latin}, {latin_given})" if tradition in ("devanagari", "thai") else "")
    return _Name(shown, None, None, None, stem)


class Population:
    """The patrons of a school in order of their number. Memory does not grow with the number of patrons."""

    def __init__(self, school: School, calendar: SchoolCalendar) -> None:
        self.school, self.calendar = school, calendar
        order = Dice(school.seed, "order")
        self._traditions = Wheel(order, WHEEL)
        self._knots = Wheel(order, [k for k, n in (PLAIN_KNOTS if school.plain else KNOTS).items() for _ in range(n)])
        self._leaves, self._is_held = Share(school.leavers), Share(school.held)
        self._ways = Wheel(order, ["rollover"] * 11 + ["file"] * 6 + ["moved away"] * 3 + ["left school"] * 2)
        self._kinds = Wheel(order, ["student"] * 86 + ["teacher"] * 8 + ["staff"] * 3 + ["contact"] * 3)
        self._usernames = _Usernames()
        self._families: deque[_Family] = deque(maxlen=8)
        self._rooms = "ABCD" if school.patrons < 900 else "ABCDEFGH"

    def __iter__(self) -> Iterator[Person]:
        for number in range(self.school.patrons):
            yield self._person(number)
        for place, account in enumerate(HOUSE):
            yield self._house(self.school.patrons + place, account)

    def _house(self, number: int, account: Account) -> Person:
        dice = Dice(self.school.seed, "house", number)
        return Person(
            number=number, kind=account.kind, tradition="english", username=account.username,
            barcode=f"S{100 + number - self.school.patrons:06d}", external_id=None, family_name=account.family_name,
            given_name=account.given_name, middle_name=None, preferred_name=None, gender=account.gender, birth_date=None,
            email=f"{account.username}@riverbank.example", phone=f"04 555 {dice.below(10000):04d}", street="1 Riverbank Road",
            city="Riverbank", post_code="4120", language="English", user_group=account.user_group, year_level=None,
            homeroom=None,
            graduation_year=None, expiry_date=None, purge_date=None, registered_on=self._registered(dice, None),
            former_barcode=None, leaving=None, knot="", guarantor=None,
        )  # fmt: skip

    def _person(self, number: int) -> Person:
        dice = Dice(self.school.seed, "person", number)
        tradition = self._traditions.next()
        leaves = self._leaves.next()
        knot = self._knots.next() if leaves and self._is_held.next() else ""
        kind = self._kinds.next()
        if knot in OF_STAFF:
            kind = "teacher" if dice.chance(0.6) else "staff"
        elif knot == "guarantor":
            kind = dice.one(("student", "contact"))
        elif leaves and kind != "student" and dice.chance(0.6):
            kind = "student"
        child_of = self._families.popleft() if self._families and kind == "student" and not leaves else None
        if child_of:
            tradition = child_of.tradition
        gender = "female" if dice.chance(0.5) else "male"
        family = child_of.family if child_of else dice.one(TRADITIONS[tradition].families)
        name = _name(dice, tradition, gender, family)
        way = self._ways.next() if leaves else ""
        level, graduation = self._level(dice, kind, way)
        leaving = self._leaving(dice, kind, way) if leaves else None
        username = self._usernames.new(name.stem)
        street = child_of.street if child_of else f"{dice.between(1, 180)} {dice.one(_STREETS)}"
        city, post_code = (child_of.city, child_of.post_code) if child_of else dice.one(_TOWNS)
        phone = child_of.phone if child_of else f"02{dice.one('127')} 555 {dice.below(10000):04d}"
        is_parent = knot == "guarantor" or (kind == "contact" and not leaves)
        if is_parent:
            self._families.append(_Family(number, tradition, family, street, city, post_code, phone))
        expiry, purge = self._ends(dice, kind, graduation, leaving)
        return Person(
            number=number,
            kind=kind,
            tradition=tradition,
            username=username,
            barcode=f"P{20000 + 4 * number + dice.below(4):06d}",
            external_id=f"A-{1000000 + (number * 7919 + 180442) % 9000000}" if kind != "contact" else None,
            family_name=name.family,
            given_name=name.given,
            middle_name=name.middle,
            preferred_name=name.preferred,
            gender="unspecified" if dice.chance(0.02) else gender,
            birth_date=self._birth(dice, graduation),
            email=f"{username}@riverbank.example",
            phone=phone,
            street=street,
            city=city,
            post_code=post_code,
            language=TRADITIONS[tradition].language if dice.chance(0.25) else "English",
            user_group=self._group(kind, level),
            year_level=f"Year {level}" if level else None,
            homeroom=f"{level}{dice.one(self._rooms)}" if level else None,
            graduation_year=graduation,
            expiry_date=expiry,
            purge_date=purge,
            registered_on=self._registered(dice, graduation),
            former_barcode=f"K{100000 + number}" if not self.school.plain and dice.chance(0.05) else None,
            leaving=leaving,
            knot=knot,
            guarantor=child_of.number if child_of else None,
        )

    def _level(self, dice: Dice, kind: str, way: str) -> tuple[int | None, int | None]:
        if kind != "student":
            return None, None
        ending = self.calendar.rollover.year
        if way == "rollover":
            return 12, ending
        level = 7 + dice.below(6)
        # Those who stay have moved up already: their present level belongs to the year that has begun.
        return level, ending + 12 - level + (0 if way else 1)

    def _birth(self, dice: Dice, graduation: int | None) -> dt.date | None:
        if graduation is None:
            return None
        first = dt.date(graduation - 18, 1, 1) if self.calendar.southern else dt.date(graduation - 19, 9, 1)
        return first + dt.timedelta(days=dice.below(365))

    def _leaving(self, dice: Dice, kind: str, way: str) -> Leaving:
        if way == "rollover" and kind == "student":
            return Leaving(self.calendar.rollover, "rollover", "graduated")
        latest = max(0, (self.calendar.today - self.calendar.rollover).days - 1)
        if way == "file" or way == "rollover":
            return Leaving(self.calendar.rollover + dt.timedelta(days=min(2, latest)), "file", None)
        days = min(latest, dice.between(-60, 9))
        return Leaving(self.calendar.rollover + dt.timedelta(days=days), "hand", way if kind == "student" else "left school")

    def _ends(
        self, dice: Dice, kind: str, graduation: int | None, leaving: Leaving | None
    ) -> tuple[dt.date | None, dt.date | None]:
        """Expiry and purge date. Who leaves by hand expires that day; a fifth of the leavers have no purge date."""
        if kind == "contact" and dice.chance(0.5):
            return None, None
        month, day = (12, 31) if self.calendar.southern else (7, 31)
        year = self.calendar.rollover.year
        if leaving:
            expiry = leaving.on if leaving.through == "hand" else dt.date(year, month, day)
            return expiry, expiry if dice.chance(0.8) else None
        return dt.date(graduation if graduation is not None else year + dice.between(1, 4), month, day), None

    def _registered(self, dice: Dice, graduation: int | None) -> dt.date:
        """Nobody is newer than the last whole school year: the youngest used the library from the junior school next door."""
        first = self.calendar.years[0]
        if graduation is None:
            return first.begins + dt.timedelta(days=dice.between(-1500, 55))
        started = min(graduation - 5, self.calendar.rollover.year)
        return first.begins + dt.timedelta(days=dice.between(45, 58) + 365 * (started - first.ending))

    @staticmethod
    def _group(kind: str, level: int | None) -> str:
        if level is not None:
            return "Junior students" if level < 10 else "Senior students"
        return {"teacher": "Teachers", "staff": "Support staff", "contact": "Families"}[kind]
