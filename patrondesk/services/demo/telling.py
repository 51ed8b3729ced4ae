"""One patron's chapter while it is told: loans, fines, requests, blocks and the rest, by the patron's own dice."""

from __future__ import annotations

import datetime as dt

from patrondesk.services.demo import wording
from patrondesk.services.demo.calendar import PHASES, Round, SchoolCalendar
from patrondesk.services.demo.dice import Dice
from patrondesk.services.demo.facts import Block, Chapter, Fine, Line, Loan, Note, Protection, Reservation, Responsibility
from patrondesk.services.demo.people import Person, School
from patrondesk.services.demo.shelf import COPIES_A_PATRON, Copy, Shelf

LOAN_DAYS = 14
FEWEST_LOANS = 20
_EPOCH = dt.datetime(1, 1, 1, tzinfo=dt.UTC)
_LATE_A_DAY = 20
_CARD = 500
_GIVEN_UP_AFTER = 30


class Telling:
    """One chapter while it is told. What it knows of other patrons: nothing but the shelf they share."""

    def __init__(self, school: School, calendar: SchoolCalendar, shelf: Shelf, person: Person) -> None:
        self.school, self.calendar, self.shelf, self.person = school, calendar, shelf, person
        self.dice = Dice(school.seed, "story", person.number)
        self.last_day = person.leaving.on if person.leaving else calendar.today
        self.taken: list[Copy] = []
        self.loans: list[Loan] = []
        self.fines: list[Fine] = []
        self.reservations: list[Reservation] = []
        self.blocks: list[Block] = []
        self.protections: list[Protection] = []
        self.responsibilities: list[Responsibility] = []
        self.notes: list[Note] = []

    def chapter(self) -> Chapter:
        """What has been told so far."""
        return Chapter(
            self.person, tuple(self.taken), self.loans, self.fines, self.reservations, self.blocks, self.protections,
            self.responsibilities, self.notes,
        )  # fmt: skip

    def at(self, ordinal: int) -> dt.datetime:
        """Some moment of a school day."""
        return _EPOCH + dt.timedelta(days=ordinal - 1, seconds=29_700 + self.dice.below(25_200))

    def _facets(self, ending: int) -> tuple[str | None, str | None]:
        graduation, homeroom = self.person.graduation_year, self.person.homeroom
        if graduation is None or homeroom is None:
            return None, None
        level = min(12, 12 - graduation + ending)
        return f"Year {level}", f"{level}{homeroom[-1]}"

    def past_loans(self) -> None:
        """At least twenty loans that are over, spread over the school years as busy as they were."""
        dice, number = self.dice, self.person.number
        rounds = self.calendar.phases[number % PHASES]
        first = max(self.calendar.first_day, self.person.registered_on.toordinal())
        span = rounds.span(first, self.last_day.toordinal() - 2)
        short = span[1] - span[0] < 14
        many = FEWEST_LOANS + dice.below(4 if short else 13)
        had: dict[int, int] = {}
        for place in rounds.spread(many, span, [dice.roll() for _ in range(many)]):
            while had.get(place, 0) >= COPIES_A_PATRON:
                place = place + 1 if place + 1 < span[1] else span[0]
            had[place] = turn = had.get(place, 0) + 1
            self._past_loan(rounds.rounds[place], self.shelf.dealt(number, place, turn - 1))

    def _past_loan(self, round_: Round, copy: int) -> None:
        dice = self.dice
        out = dice.one(round_.days)
        late = dice.chance(0.12)
        back = out + LOAN_DAYS + dice.between(1, 12) if late else out + dice.between(2, LOAN_DAYS)
        back = min(back, round_.until, self.last_day.toordinal() - 1)
        back = max(out, back)
        level, room = self._facets(round_.ending)
        title = self.shelf.copy_title(copy)
        period = self.calendar.period(round_.ending)
        due = dt.date.fromordinal(out + LOAN_DAYS)
        ended = self.at(back)
        went = self.at(out)
        self.loans.append(Loan(copy, title, went, due, None, max(ended, went), "returned", level, room, period))
        if late and back > out + LOAN_DAYS and dice.chance(0.25) and not self.school.plain:
            self._settled("Overdue", (back - out - LOAN_DAYS) * _LATE_A_DAY, back, len(self.loans) - 1)

    def _settled(self, kind: str, amount: int, charged: int, loan: int | None) -> None:
        paid_on = self.at(min(charged + self.dice.between(0, 20), self.last_day.toordinal() - 1))
        line = Line("payment", amount, paid_on, None) if self.dice.chance(0.75) else Line("waiver", amount, paid_on, "Goodwill")
        self.fines.append(Fine(kind, amount, 0, "closed", dt.date.fromordinal(charged), loan, None, (line,)))

    def _some_day(self, back: int) -> int:
        """An ordinal within the last `back` days before the patron's last day."""
        return self.last_day.toordinal() - self.dice.between(1, back)

    def old_matters(self) -> None:
        """What is over and must not count: a lost book paid, a block lifted, a filled request, a protection past."""
        dice = self.dice
        if dice.chance(0.05):
            self._lost_and_paid()
        if dice.chance(0.10):
            self.reserve("filled" if dice.chance(0.8) else "cancelled")
        if dice.chance(0.03):
            day = self._some_day(400)
            lifted = min(day + dice.between(3, 40), self.last_day.toordinal() - 1)
            self.blocks.append(Block(dice.one(wording.BLOCKS), self.at(day), None, max(self.at(lifted), self.at(day))))
        if dice.chance(0.01):
            day = self._some_day(300) - 60
            self.protections.append(Protection(dice.one(wording.KEEP), self.at(day), dt.date.fromordinal(day + 30)))
        if self.person.kind in ("teacher", "staff") and dice.chance(0.15):
            self._charge_of(dice.one(tuple(wording.REFERENCES)), "closed")

    def _lost_and_paid(self) -> None:
        loan, day = self._lose(self._some_day(300) - 40)
        price = self.shelf.titles[self.loans[loan].title].price or 2000
        self._settled("Lost item", price, day, loan)

    def _lose(self, out: int, *, priced: bool = True) -> tuple[int, int]:
        """A book that never came back: the loan's place, and the day on which it was given up."""
        out = max(self.calendar.school_day(out), self.person.registered_on.toordinal())
        self._take("lost", out, "lost", priced=priced)
        return len(self.loans) - 1, out + _GIVEN_UP_AFTER

    def _take(self, copy_status: str, out: int, status: str, *, priced: bool = True) -> None:
        copy = self.shelf.further(copy_status, priced=priced)
        self.taken.append(copy)
        year = self.calendar.year_of(dt.date.fromordinal(out))
        level, room = self._facets(year.ending)
        went = self.at(out)
        renews = status == "open" and out + LOAN_DAYS <= self.last_day.toordinal() and self.dice.chance(0.4)
        due = dt.date.fromordinal(out + LOAN_DAYS * (2 if renews else 1))
        ended = self.at(out + _GIVEN_UP_AFTER) if status == "lost" else None
        renewed = went + dt.timedelta(days=LOAN_DAYS - 1) if renews else None
        self.loans.append(Loan(copy.number, copy.title, went, due, renewed, ended, status, level, room, year.period))

    def open_loans(self, number: int) -> None:
        """Books still out: taken in the last weeks of a leaver's time, or lately."""
        for _ in range(number):
            self._take("on_loan", self.calendar.school_day(self._some_day(28)), "open")

    def owe(self, status: str = "active") -> None:
        """A fine that is not settled; a part may be paid."""
        dice = self.dice
        kind = dice.one(("Overdue", "Overdue", "Overdue", "Damaged", "Lost item", "Card replacement"))
        charged, loan = self._some_day(80), None
        if kind == "Lost item":
            loan, charged = self._lose(self._some_day(60) - _GIVEN_UP_AFTER)
            full = self.shelf.titles[self.loans[loan].title].price or 2000
        elif kind == "Card replacement":
            full = _CARD
        else:
            loan = dice.below(FEWEST_LOANS)
            charged = self.loans[loan].checked_out_at.date().toordinal() + LOAN_DAYS + dice.between(1, 10)
            charged = min(charged, self.last_day.toordinal() - 1)
            full = dice.between(2, 60) * 10 if kind == "Overdue" else dice.between(6, 30) * 50
        lines: tuple[Line, ...] = ()
        if status == "active" and full >= 600 and dice.chance(0.25):
            lines = (Line("payment", full // 200 * 100, self.at(min(charged + 5, self.last_day.toordinal() - 1)), None),)
        balance = full - sum(line.amount for line in lines)
        comment = "The family says it was returned" if status == "in_dispute" else None
        self.fines.append(Fine(kind, full, balance, status, dt.date.fromordinal(charged), loan, comment, lines))

    def _owe_unknown(self) -> None:
        loan, charged = self._lose(self._some_day(60) - _GIVEN_UP_AFTER, priced=False)
        day = dt.date.fromordinal(charged)
        self.fines.append(Fine("Lost item", None, None, "active", day, loan, "Price asked of the publisher", ()))

    def _credit(self) -> None:
        price = self.dice.between(12, 60) * 50
        day = dt.date.fromordinal(self._some_day(60))
        self.fines.append(Fine("Refund", -price, -price, "active", day, None, "Lost book paid, then found", ()))

    def reserve(self, status: str) -> None:
        """A request for one of the titles."""
        day = self._some_day(30 if status == "open" else 500)
        expires = dt.date.fromordinal(day + 90)
        if status == "open":
            expires = max(expires, self.calendar.today + dt.timedelta(days=30))
        titles = len(self.shelf.titles)
        self.reservations.append(Reservation(self.dice.below(titles), dt.date.fromordinal(day), expires, status))

    def _charge_of(self, kind: str, status: str = "open") -> None:
        self.responsibilities.append(Responsibility(kind, wording.REFERENCES[kind].format(self.dice.between(1001, 9899)), status))

    def tie(self, knot: str) -> None:
        """What is in the way of a leaver (see `people.KNOTS`); a guarantor's and a role's knots are tied elsewhere."""
        dice = self.dice
        if knot.startswith("loan_"):
            self.open_loans({"loan_1": 1, "loan_2": 2, "loan_3": 3}.get(knot) or dice.between(1, 2))
        if knot in ("fine", "loan_fine"):
            for _ in range(dice.one((1, 1, 2))):
                self.owe()
        elif knot == "unknown":
            self._owe_unknown()
        elif knot == "disputed":
            self.owe("in_dispute")
        elif knot == "credit":
            self._credit()
        elif knot == "reservation":
            self.reserve("open")
        elif knot == "protected":
            until = self.calendar.today + dt.timedelta(days=dice.between(30, 300)) if dice.chance(0.6) else None
            self.protections.append(Protection(dice.one(wording.KEEP), self.at(self._some_day(10)), until))
        elif knot == "many":
            self.open_loans(dice.between(1, 3))
            self.owe()
            self.reserve("open")
        elif knot in wording.REFERENCES:
            for _ in range(dice.one((1, 1, 2, 3))):
                self._charge_of(knot)

    def present_matters(self) -> None:
        """Blocks that hold, notes, and what a few of those who stay have besides."""
        dice, stays = self.dice, not self.person.leaving
        if dice.chance(0.015 if stays else 0.04) and self.person.kind in ("student", "teacher"):
            until = self.calendar.today + dt.timedelta(days=dice.between(10, 90)) if dice.chance(0.4) else None
            self.blocks.append(Block(dice.one(wording.BLOCKS), self.at(self._some_day(40)), until, None))
        if dice.chance(0.06):
            self.notes.append(Note(dice.one(wording.NOTES), self.at(self._some_day(400))))
        if not stays:
            return
        if dice.chance(0.005):
            self._credit()
        if dice.chance(0.004):
            self.owe("in_dispute")
        if dice.chance(0.006):
            self.protections.append(Protection(dice.one(wording.KEEP), self.at(self._some_day(90)), None))
        if self.person.kind in ("teacher", "staff") and dice.chance(0.08):
            self._charge_of(dice.one(tuple(wording.REFERENCES)))
