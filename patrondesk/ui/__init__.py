"""The window, the only part that knows Qt; and what the libraries it stands on would otherwise read in vain at each start."""

from __future__ import annotations

import builtins
import importlib
import sys
import types
from typing import Any

import PySide6.QtCore  # noqa: F401 - has to be there before its import can be put aside


def _import_as_python_does() -> None:
    """PySide reads and keeps the source of every module that is imported after it, for names in snake_case that we never use."""
    plain = getattr(builtins, "__orig_import__", None)
    if plain is not None and getattr(builtins.__import__, "__name__", "") == "__feature_import__":
        builtins.__import__ = plain


class _Later(types.ModuleType):
    """Stands in for a module that is imported and not used; what is asked of it is asked of the module, read only then."""

    def __getattr__(self, word: str) -> Any:
        if word.startswith("__") and word != "__path__":
            raise AttributeError(word)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), word)


def _put_off(name: str, **there: object) -> _Later | None:
    """Puts a stand-in in the place of a module, unless it has been read already. `there`: what it has without reading."""
    if name in sys.modules:
        return None
    later = _Later(name)
    vars(later).update(there)
    sys.modules[name] = later
    return later


def _put_off_what_sqlalchemy_does_not_use() -> None:
    """Event loops with their sockets and certificates, and the reading of packages' papers with its e-mail."""

    def iscoroutine(thing: object) -> bool:
        return bool(importlib.import_module("asyncio.coroutines").iscoroutine(thing))

    _put_off("asyncio", iscoroutine=iscoroutine)
    papers = _put_off("importlib.metadata")
    if papers is not None:
        importlib.metadata = papers


_import_as_python_does()
_put_off_what_sqlalchemy_does_not_use()
