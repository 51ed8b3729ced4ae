"""What happened at the made-up school, one chapter a patron, in order; memory does not grow with the number of patrons.

Copies go round so that nobody has a book that somebody else has: within a round (see `calendar`) each patron has a few
copies that nobody else of the same group can get, and they are back before the next round.
"""

from __future__ import annotations

from collections.abc import Iterator

from patrondesk.services.demo.calendar import SchoolCalendar
from patrondesk.services.demo.dice import Share
from patrondesk.services.demo.facts import Chapter
from patrondesk.services.demo.people import Person, Population, School
from patrondesk.services.demo.shelf import Shelf
from patrondesk.services.demo.telling import Telling


class Story:
    """The chapters of a school in order of the patrons' numbers; to be gone through once."""

    def __init__(self, school: School) -> None:
        self.school = school
        self.calendar = SchoolCalendar(school.today)
        self.shelf = Shelf(school.patrons, school.seed)
        self._out, self._owing, self._asked = Share(0.02), Share(0.03), Share(0.0 if school.plain else 0.03)

    def __iter__(self) -> Iterator[Chapter]:
        for person in Population(self.school, self.calendar):
            yield self._chapter(person)

    def _chapter(self, person: Person) -> Chapter:
        telling = Telling(self.school, self.calendar, self.shelf, person)
        telling.past_loans()
        if not self.school.plain:
            telling.old_matters()
        if person.leaving:
            telling.tie(person.knot)
        else:
            if self._out.next():
                telling.open_loans(telling.dice.between(1, 3))
            if self._owing.next():
                telling.owe()
            if self._asked.next():
                telling.reserve("open")
        if not self.school.plain:
            telling.present_matters()
        return telling.chapter()
