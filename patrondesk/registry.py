"""A folder of plug-ins: every module in it offers one thing under a fixed name; doubles and gaps are refused."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class RegistryBroken(RuntimeError):
    """A plug-in folder is incomplete or doubled: the program must not go on as if a rule did not exist."""


class Registry(Generic[T]):
    """What a plug-in package offers, by key, in the order of `required`, then by module name.

    `attribute` is the name each module must define; `keys` reads the keys from it; `required` lists keys that must
    be there, so that a build which lost a module is noticed rather than obeyed.
    """

    def __init__(self, package: str, attribute: str, kind: type[T], required: tuple[str, ...]) -> None:
        self.package, self.attribute, self.required = package, attribute, required
        found: dict[str, T] = {}
        for name in self.modules(package):
            offered = getattr(importlib.import_module(f"{package}.{name}"), attribute, None)
            if not isinstance(offered, kind):
                raise RegistryBroken(f"{package}.{name} has no {attribute}")
            key = str(getattr(offered, "code", name))
            if key in found:
                raise RegistryBroken(f"{key} is offered twice in {package}")
            found[key] = offered
        missing = [key for key in required if key not in found]
        if missing or not found:
            raise RegistryBroken(f"{package} lacks {', '.join(missing) or 'everything'}")
        order = {key: place for place, key in enumerate(required)}
        self._found = dict(sorted(found.items(), key=lambda pair: (order.get(pair[0], len(order)), pair[0])))

    @staticmethod
    def modules(package: str) -> list[str]:
        """The plug-in modules of a package: all but those that begin with an underscore, and `base`."""
        path = importlib.import_module(package).__path__
        return sorted(m.name for m in pkgutil.iter_modules(path) if not m.name.startswith("_") and m.name != "base")

    def __iter__(self) -> Iterator[T]:
        return iter(self._found.values())

    def __len__(self) -> int:
        return len(self._found)

    def __getitem__(self, key: str) -> T:
        return self._found[key]

    def find(self, key: str) -> T | None:
        """What stands under a key; None where nothing does."""
        return self._found.get(key)

    def keys(self) -> list[str]:
        """All keys, in order."""
        return list(self._found)
