"""The registry of the log's words is whole: whatever is recorded anywhere has words, and no sentence needs a fact to be there."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

import patrondesk.services
from patrondesk.records.importing import Kind
from patrondesk.records.verdict import Scope
from patrondesk.services import audit, audit_words, verdict
from patrondesk.services.reason_words import reason_name

SERVICES = Path(patrondesk.services.__file__).parent
# Names that are put together from something else than a word or a parameter: what that can be.
MADE_OF = {"request.kind.value": [kind.value for kind in Kind], "audit.CERTIFICATE": [audit.CERTIFICATE]}


def sources() -> dict[str, ast.Module]:
    return {str(path.relative_to(SERVICES)): ast.parse(path.read_text(encoding="utf-8")) for path in SERVICES.rglob("*.py")}


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called == name:
                yield node


def recorded() -> set[str]:
    """Every operation that an entry can have."""
    found: set[str] = set()
    for file, tree in sources().items():
        for function in functions(tree):
            for call in calls(function, "record"):
                found |= words_of(call.args[0], function, tree, file)
        for call in calls(tree, "write_entry"):
            given = {word.arg: word.value for word in call.keywords}
            if file != "door.py":  # which hands on what was recorded
                found |= words_of(given["operation"], None, tree, file)
    return found


def words_of(node: ast.expr, function: ast.FunctionDef | None, tree: ast.Module, file: str) -> set[str]:
    if isinstance(node, ast.Constant):
        return {str(node.value)}
    if isinstance(node, ast.JoinedStr):
        parts = [words_of(part, function, tree, file) for part in node.values]
        return {"".join(one) for one in product(*parts)}
    if isinstance(node, ast.FormattedValue):
        return words_of(node.value, function, tree, file)
    if isinstance(node, ast.BinOp):
        both = words_of(node.left, function, tree, file), words_of(node.right, function, tree, file)
        return {"".join(one) for one in product(*both)}
    if isinstance(node, ast.IfExp):
        return words_of(node.body, function, tree, file) | words_of(node.orelse, function, tree, file)
    if isinstance(node, ast.Name) and function is not None and node.id in (names := [arg.arg for arg in function.args.args]):
        place, found = names.index(node.id), set[str]()
        for outer in functions(tree):
            for call in calls(outer, function.name):
                found |= words_of(call.args[place], outer, tree, file)
        assert found, f"{file}: nobody calls {function.name}"
        return found
    if isinstance(node, ast.Name):
        constants = [n.value for n in ast.walk(tree) if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == node.id]
        if constants:
            return words_of(constants[0], None, tree, file)
    known = MADE_OF.get(ast.unparse(node))
    assert known is not None, f"{file}:{node.lineno}: say in MADE_OF what {ast.unparse(node)} can be"
    return set(known)


RECORDED = sorted(recorded())


def test_the_source_is_read():
    assert {"purge.begin", "fines.payment", "fines.waiver", "loans.return", "import.patrons", "library.create"} <= set(RECORDED)
    assert len(RECORDED) > 35


def test_everything_recorded_has_words():
    assert not [name for name in RECORDED if name not in audit_words.WORDS], "add them to services/audit_words.py"


@pytest.mark.parametrize("name", RECORDED)
def test_every_kind_has_a_name(name):
    assert name.partition(".")[0] in audit_words.KINDS


@pytest.mark.parametrize("name", sorted(audit_words.WORDS))
@pytest.mark.parametrize("patron", [None, "Patron 12", "Hernández, Lucía"])
def test_a_sentence_needs_no_fact(name, patron):
    said = audit_words.sentence(name, {}, patron, "USD")
    assert said.endswith(".")
    assert said[0] == "“" or said[0].isdigit() or said[0].isupper()
    assert "None" not in said
    assert "  " not in said
    assert audit_words.name_of(name)[0].isupper()


FACTS: dict[str, tuple[dict[str, Any], str]] = {
    "purge.begin": (
        {"batch": 7, "planned": 24, "source": "page", "retain_loans": True, "undo_days": 30, "overrides": ["BALANCE_DUE"]},
        "Purge 7 began: 24 patrons planned from the User Purge page; past loans are kept without names, it can be undone for "
        "30 days. Set aside for some of them: Money owed.",
    ),
    "purge.finish": (
        {"batch": 7, "state": "completed", "planned": 24, "purged": 23, "refused": 1, "vanished": 0, "not_reached": 0},
        "Purge 7 ended: 24 planned = 23 purged + 1 refused + 0 no longer there + 0 not reached.",
    ),
    "purge.undo": (
        {"batch": 7, "restored": 1, "clashes": 2, "loans": 9, "fines": 1},
        "Purge 7 was undone: 1 patron was brought back, with 9 past loans and 1 fine. 2 keys had been given to somebody else.",
    ),
    "purge.exception": ({"batch": 7}, "Purge 7 could not take Hernández, Lucía, who stays."),
    "purge.destroy": ({"batch": 7}, "What was kept to undo purge 7 was destroyed."),
    "patron.disable_matching": (
        {"selected": 12, "changed": 8, "already": 3, "spared": 1},
        "8 patrons deactivated together; 3 were so already and 1 was spared.",
    ),
    "patron.protect": ({"until": "2027-01-31"}, "Hernández, Lucía was flagged to keep until 31 January 2027."),
    "fines.payment": ({"fine": 3, "amount": 1250}, "A payment: $12.50 of fine 3 of Hernández, Lucía."),
    "fines.waiver": (
        {"fine": 3, "amount": None}, "A waiver: an amount that is not known of fine 3 of Hernández, Lucía."
    ),
    "loans.checkout": ({"loan": 4}, "An item was lent to Hernández, Lucía (loan 4)."),
    "loans.decide": (
        {"returned": 1, "lost": 2, "charged": 1, "amount": 900, "loans": [1, 2, 3]},
        "Open loans of Hernández, Lucía were dealt with: 1 returned, 2 lost and 1 of them charged, $9.00 in all.",
    ),
    "reservations.cancel": (
        {"reservations": [1, 2], "released": 1},
        "2 reservations of Hernández, Lucía were cancelled; 1 copy became available.",
    ),
    "import.deactivations": (
        {"run": 2, "read": 24, "updated": 20, "unchanged": 3, "conflict": 1},
        "Import 2 of deactivations: 24 rows read: 20 updated, 3 unchanged and 1 in conflict.",
    ),
    "settings.change": (
        {"key": "undo_days", "from": "30", "to": "20"},
        "The setting “Days to undo a purge” was changed from 30 to 20.",
    ),
    "backup.remove": ({"backups": [3]}, "1 backup was removed: 3."),
    "certificate.issue": ({"batch": 7}, "A certificate of purge 7 was issued."),
    "purge.residue": ({"batch": 7, "found": 0}, "Purge 7 was checked for what may be left: no trace of its people."),
}  # fmt: skip


@pytest.mark.parametrize("name", FACTS)
def test_a_sentence_says_what_was_done(name):
    facts, said = FACTS[name]
    assert audit_words.sentence(name, facts, "Hernández, Lucía", "USD") == said


def test_an_operation_of_another_version_is_told_as_it_is():
    assert audit_words.sentence("robots.dance", {"n": 1}, "Patron 12", "USD") == "Recorded as “robots.dance”, about Patron 12."
    assert audit_words.name_of("robots.dance") == "robots.dance"


def test_every_reason_has_a_name():
    codes = {code for scope in Scope for code in verdict.codes_of(scope)} | {verdict.CHECK_FAILED}
    assert not [code for code in codes if reason_name(code) == code]
