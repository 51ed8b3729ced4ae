"""What the log's sentences are made of: the facts of an entry, whom it speaks of, and small words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from patrondesk import messages, money


class Told:
    """What a sentence is made of: the facts of an entry, whom it speaks of, and the currency of its amounts."""

    def __init__(self, facts: dict[str, Any], patron: str | None, currency: str) -> None:
        self._facts, self._patron, self._currency = facts, patron, currency

    def __getitem__(self, fact: str) -> Any:  # noqa: ANN401 - whatever was recorded
        return self._facts.get(fact)

    def number(self, fact: str) -> int:
        """A count; 0 where it was not recorded."""
        found = self._facts.get(fact)
        return found if isinstance(found, int) else 0

    def count(self, fact: str, one: str, many: str | None = None) -> str:
        """A count with its noun: 3 patrons."""
        return messages.count(self.number(fact), one, many)

    def amount(self, fact: str) -> str:
        """An amount of money; what was not known is said so."""
        found = self._facts.get(fact)
        return money.words(found, self._currency) if isinstance(found, int) else "an amount that is not known"

    @property
    def patron(self) -> str:
        """Whom it speaks of."""
        return self._patron or "A patron"

    @property
    def of_patron(self) -> str:
        """Of Hernández, Lucía; nothing where it speaks of nobody."""
        return f" of {self._patron}" if self._patron else ""

    @property
    def purge(self) -> str:
        """Purge 7."""
        return f"Purge {self['batch']}" if self["batch"] is not None else "A purge"

    @property
    def job(self) -> str:
        """Job 7."""
        return f"Job {self['job']}" if self["job"] is not None else "A job"

    @property
    def run(self) -> str:
        """Run 7."""
        return f"Run {self['run']}" if self["run"] is not None else "A run"

    @property
    def plan(self) -> str:
        """Plan 7."""
        return f"Plan {self['plan']}" if self["plan"] is not None else "A plan"


Tell = Callable[[Told], str]


@dataclass(frozen=True, slots=True)
class Wording:
    """`name` says the operation in a word or two, as in a patron's own history; `tell` says an entry."""

    name: str
    tell: Tell


def always(sentence: str) -> Tell:
    """A sentence that needs no fact."""
    return lambda _: sentence


def joined(*parts: str) -> str:
    """What there is of these, as a list in words."""
    return messages.listed([part for part in parts if part])


def if_any(number: int, said: str) -> str:
    """The words, where the number is not 0."""
    return said if number else ""


def small(words: str) -> str:
    """Purge 7 within a sentence; a name stays as it is."""
    return words[0].lower() + words[1:] if words.startswith(("Purge ", "Job ", "A ")) else words
