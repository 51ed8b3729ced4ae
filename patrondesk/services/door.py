"""The one door to every operation: refuses who may not, opens the transaction, writes the audit entry within it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy.orm import Session

from patrondesk.clock import Clock
from patrondesk.errors import NotPermitted
from patrondesk.records.ids import LibraryId
from patrondesk.records.staff import Actor, Permission
from patrondesk.services import audit
from patrondesk.services.office import Office

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(slots=True)
class Work:
    """What an operation works with inside its transaction. `staff_id` is the actor's row among the staff accounts."""

    session: Session
    actor: Actor
    clock: Clock
    office: Office
    audited: list[tuple[str, int | None, dict[str, Any]]] = field(default_factory=list)

    @property
    def library_id(self) -> LibraryId:
        """The current library."""
        return self.actor.library_id

    def record(self, operation: str, facts: dict[str, Any], patron_id: int | None = None) -> None:
        """Notes what was done, to be written as an audit entry when the operation ends well."""
        self.audited.append((operation, patron_id, facts))


def require(office: Office, *permissions: Permission) -> Actor:
    """The actor, if signed in and granted every permission. Raises NotPermitted."""
    actor = office.actor
    if actor is None:
        raise NotPermitted("Nobody is signed in.", "Sign in first.")
    for permission in permissions:
        if not actor.may(permission):
            what = permission.value.replace("_", " ")
            raise NotPermitted(
                f"{actor.name} may not do this: the right “{what}” is missing.",
                "Ask an administrator of the library for it.",
            )
    return actor


def permitted(*permissions: Permission) -> Callable[[Callable[Concatenate[Office, P], R]], Callable[Concatenate[Office, P], R]]:
    """For work that spans several transactions or none: asks the permissions first; its parts are operations themselves."""

    def wrap(function: Callable[Concatenate[Office, P], R]) -> Callable[Concatenate[Office, P], R]:
        @functools.wraps(function)
        def through(office: Office, /, *args: P.args, **kwargs: P.kwargs) -> R:
            require(office, *permissions)
            return function(office, *args, **kwargs)

        through.__operation__ = permissions  # type: ignore[attr-defined]
        return through

    return wrap


def operation(
    *permissions: Permission, reads: bool = False
) -> Callable[[Callable[Concatenate[Work, P], R]], Callable[Concatenate[Office, P], R]]:
    """Makes `f(work, ...)` into `f(office, ...)`: permission checked, one transaction, audit entries within it.

    With `reads` the transaction changes nothing. Without, the operation must have recorded what it did
    (`work.record`), or nothing was done and nothing is written.
    """

    def wrap(function: Callable[Concatenate[Work, P], R]) -> Callable[Concatenate[Office, P], R]:
        @functools.wraps(function)
        def through(office: Office, /, *args: P.args, **kwargs: P.kwargs) -> R:
            actor = require(office, *permissions)
            with office.database.read() if reads else office.database.write() as session:
                work = Work(session, actor, office.clock, office)
                result = function(work, *args, **kwargs)
                assert not (reads and work.audited), "a reading operation recorded a change"
                for name, patron_id, facts in work.audited:
                    audit.write_entry(
                        session,
                        office.clock.now(),
                        library_id=actor.library_id,
                        actor_id=actor.staff_id,
                        actor=actor.name,
                        operation=name,
                        patron_id=patron_id,
                        facts=facts,
                    )
                return result

        through.__operation__ = permissions  # type: ignore[attr-defined]
        return through

    return wrap
