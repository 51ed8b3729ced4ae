"""Rules of the window that ruff and import-linter cannot hold: no second event loop, one place that knows the screens."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import patrondesk

UI = Path(patrondesk.__file__).parent / "ui"


def calls(tree: ast.AST, attribute: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == attribute:
            yield node


def sources() -> dict[str, ast.Module]:
    return {str(path.relative_to(UI)): ast.parse(path.read_text(encoding="utf-8")) for path in UI.rglob("*.py")}


def test_a_dialog_opens_without_a_loop_of_its_own():
    found = sources()
    assert found
    # The application's own loop is the one there is, and it belongs to main/.
    others = {name: tree for name, tree in found.items() if not name.startswith("main/")}
    loops = {f"{name}:{call.lineno}" for name, tree in others.items() for call in calls(tree, "exec")}
    assert not loops, "use open(): exec() starts a second event loop, in which the library may change under the dialog"


def test_only_the_window_knows_several_screens():
    known: dict[str, set[str]] = {}
    for name, tree in sources().items():
        if name.startswith("screens"):
            continue  # import-linter holds screens apart from each other
        modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
        screens = {module.split(".")[3] for module in modules if module.startswith("patrondesk.ui.screens.")}
        if screens:
            known[name] = screens
    assert {name.split("/")[0] for name in known} <= {"window", "main"}, "only the window puts screens together"
