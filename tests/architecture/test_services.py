"""Rules of the services that imports cannot hold: one door for every change, and no mapped class out of it."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import typing
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest

import patrondesk.services
from patrondesk.models import Base

READS = ("find_", "list_", "count_", "read_")
# Nobody can have signed in yet, so there is no permission to ask.
BEFORE_THE_DOOR = {
    "patrondesk.services.backup.before_upgrade",
    "patrondesk.services.backup.note_upgrade",
    "patrondesk.services.signin.reset_password",
    "patrondesk.services.signin.sign_in",
    "patrondesk.services.signin.sign_in_by_token",
    "patrondesk.services.standing_in.sign_in_here",
}
# About the signed-in person alone, or nothing personal: whatever their role.
ABOUT_ONESELF = {
    "patrondesk.services.libraries.list_my_libraries",
    "patrondesk.services.libraries.switch_library",
    "patrondesk.services.my_account.change_password",
    "patrondesk.services.my_account.read_my_account",
    "patrondesk.services.my_data.download_my_data",
    "patrondesk.services.policy.read_idle_lock",
    "patrondesk.services.standing_in.forget_here",
    "patrondesk.services.standing_in.remember_here",
    "patrondesk.services.tokens.list_my_tokens",
    "patrondesk.services.tokens.make_token",
    "patrondesk.services.tokens.revoke_mine",
}
THE_DOOR = {"patrondesk.services.door.require"}


def modules() -> list[ModuleType]:
    walk = pkgutil.walk_packages(patrondesk.services.__path__, "patrondesk.services.")
    return [importlib.import_module(found.name) for found in walk]


def public_functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    for module in modules():
        for name, function in vars(module).items():
            if inspect.isfunction(function) and not name.startswith("_") and function.__module__ == module.__name__:
                yield f"{module.__name__}.{name}", function


FUNCTIONS = dict(public_functions())
OPERATIONS = {name for name, function in FUNCTIONS.items() if hasattr(function, "__operation__")}
# An operation is written with `work` first and called with the office.
TAKE_OFFICE = {name for name, function in FUNCTIONS.items() if next(iter(inspect.signature(function).parameters), "") == "office"}


def test_there_is_something_to_hold():
    assert OPERATIONS
    assert set(FUNCTIONS) >= BEFORE_THE_DOOR | THE_DOOR | ABOUT_ONESELF, "an exception for a function that is no more"


def test_every_change_goes_through_the_door():
    held = OPERATIONS | BEFORE_THE_DOOR | THE_DOOR
    beside = {name for name in TAKE_OFFICE - held if not name.rpartition(".")[2].startswith(READS)}
    assert not beside, "take the office without @operation, and are not named as readers"


def test_no_operation_is_open_to_everybody():
    open_to_all = {name for name in OPERATIONS if not vars(FUNCTIONS[name])["__operation__"]}
    assert open_to_all <= BEFORE_THE_DOOR | ABOUT_ONESELF, "operations that ask no permission"


@pytest.mark.parametrize("name", sorted(TAKE_OFFICE | OPERATIONS))
def test_no_mapped_class_leaves_the_services(name):
    function = inspect.unwrap(FUNCTIONS[name])
    leaving = typing.get_type_hints(function)["return"]
    assert not [part for part in flattened(leaving) if isinstance(part, type) and issubclass(part, Base)]


def flattened(hint: Any) -> Iterator[Any]:
    yield hint
    for part in typing.get_args(hint):
        yield from flattened(part)
