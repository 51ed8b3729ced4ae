"""Each plug-in registry equals its folder: a module that nobody finds would be a guard that nobody asks."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import patrondesk
from patrondesk.registry import Registry

HERE = Path(patrondesk.__file__).parent
PLUG_IN_FOLDERS = ["guards", "importers", "exporters", "jobs.kinds"]


def registries() -> Iterator[Registry[Any]]:
    """Every registry that the program makes: a function without parameters that returns one, or a name that holds one."""
    for found in pkgutil.walk_packages(patrondesk.__path__, "patrondesk."):
        if found.name.startswith(("patrondesk.ui", "patrondesk.migrations", "patrondesk.__main__")):
            continue
        module = importlib.import_module(found.name)
        for thing in list(vars(module).values()):
            if isinstance(thing, Registry):
                yield thing
            if callable(thing) and getattr(thing, "__module__", "") == module.__name__ and makes_a_registry(thing):
                yield thing()


def makes_a_registry(function: Callable[..., Any]) -> bool:
    promised = str(getattr(function, "__annotations__", {}).get("return", ""))
    return promised.startswith("Registry[") and not inspect.signature(function).parameters


def modules_on_disk(package: str) -> set[str]:
    folder = HERE.joinpath(*package.split(".")[1:])
    files = {path.stem for path in folder.glob("*.py")}
    packages = {path.parent.name for path in folder.glob("*/__init__.py")}
    return {name for name in files | packages if not name.startswith("_") and name != "base"}


@pytest.fixture(scope="module")
def by_package() -> dict[str, Registry[Any]]:
    return {registry.package: registry for registry in registries()}


@pytest.mark.parametrize("folder", PLUG_IN_FOLDERS)
def test_the_registry_equals_its_folder(by_package, folder):
    package = f"patrondesk.{folder}"
    registry = by_package[package]
    offered = [getattr(importlib.import_module(f"{package}.{name}"), registry.attribute) for name in modules_on_disk(package)]
    assert len(offered) == len(registry) > 0
    assert all(any(found is one for one in offered) for found in registry)


def test_every_registry_is_held_to_its_folder(by_package):
    assert {package.partition(".")[2] for package in by_package} == set(PLUG_IN_FOLDERS)


def test_the_program_knows_that_it_needs_every_guard(by_package):
    registry = by_package["patrondesk.guards"]
    assert set(registry.required) == set(registry.keys()), "a build that loses one of these would not notice"
