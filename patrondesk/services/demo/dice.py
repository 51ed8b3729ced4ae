"""Chance that falls the same way on every machine: only `Random.random()`, whose sequence Python promises to keep."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """A seeded source of choices. Two dice with the same words fall alike; nothing else (clock, hash, order of sets) counts."""

    __slots__ = ("roll",)

    def __init__(self, *words: int | str) -> None:
        self.roll = random.Random("/".join(map(str, words))).random

    def below(self, number: int) -> int:
        """A whole number from 0 up to, not including, `number`."""
        return int(self.roll() * number)

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self.roll() * (high - low + 1))

    def one(self, things: Sequence[T]) -> T:
        """One of the things, each as likely as another."""
        return things[int(self.roll() * len(things))]

    def chance(self, share: float) -> bool:
        """True in this share of throws (0 to 1)."""
        return self.roll() < share

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """The things in a new order."""
        order = list(things)
        for last in range(len(order) - 1, 0, -1):
            other = int(self.roll() * (last + 1))
            order[last], order[other] = order[other], order[last]
        return order


class Wheel:
    """Goes through a list in a new order each round, so that even a small school gets some of everything.

    It never holds more than one round, whatever the number of turns.
    """

    __slots__ = ("_dice", "_left", "_things")

    def __init__(self, dice: Dice, things: Sequence[str]) -> None:
        self._dice, self._things = dice, tuple(things)
        self._left: list[str] = []

    def next(self) -> str:
        """The next thing on the wheel."""
        if not self._left:
            self._left = self._dice.shuffled(self._things)
        return self._left.pop()


class Share:
    """Says yes for exactly this share of the turns, as evenly as whole numbers allow: 0.25 is every fourth."""

    __slots__ = ("_owed", "share")

    def __init__(self, share: float, start: float = 0.0) -> None:
        self.share, self._owed = share, start

    def next(self) -> bool:
        """Whether this turn is one of the share."""
        self._owed += self.share
        if self._owed >= 1.0 - 1e-9:
            self._owed -= 1.0
            return True
        return False
