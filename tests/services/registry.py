"""Every operation of the services, as the door knows them."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import patrondesk.services
from patrondesk.records.staff import Permission


@dataclass(frozen=True)
class Operation:
    """`name` without the package; `function` takes the office first."""

    name: str
    function: Callable[..., Any]
    permissions: tuple[Permission, ...]

    @property
    def parameters(self) -> list[inspect.Parameter]:
        """What it takes beside the office."""
        return list(inspect.signature(self.function).parameters.values())[1:]


def operations() -> Iterator[Operation]:
    """All of them, private parts included."""
    for found in pkgutil.walk_packages(patrondesk.services.__path__, "patrondesk.services."):
        module = importlib.import_module(found.name)
        for name, function in vars(module).items():
            permissions = getattr(function, "__operation__", None)
            if inspect.isfunction(function) and permissions is not None and function.__module__ == module.__name__:
                yield Operation(f"{found.name.removeprefix('patrondesk.services.')}.{name}", function, permissions)
