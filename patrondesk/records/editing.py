"""What editing a record answers, and what it offers to choose from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edited:
    """`version` is the record's new one; `changed` the fields; `made` the names that were new, as (field, name)."""

    version: int
    changed: tuple[str, ...]
    made: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Choices:
    """The words that patrons of this library have, by field, each list sorted; year levels from the lowest."""

    by_field: dict[str, tuple[str, ...]]

    def of(self, field: str) -> tuple[str, ...]:
        """What a field offers; nothing for one that is only typed."""
        return self.by_field.get(field, ())
