"""The command line within this process: a library file of its own, the librarian's password, answers taken apart."""

from __future__ import annotations

import functools
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from patrondesk.__main__ import main
from patrondesk.bootstrap import open_library
from patrondesk.services import passwords
from patrondesk.services.signin import sign_in
from tests.builders import building
from tests.conftest import LIBRARIAN, PASSWORD

TODAY = "2026-06-30"


@dataclass(frozen=True, slots=True)
class Said:
    """What a command answered: exit code, both streams, the JSON document where there was one."""

    code: int
    out: str
    err: str
    json: Any

    def __getitem__(self, key: str) -> Any:
        return self.json[key]

    @property
    def error(self) -> dict[str, str]:
        """The contract's error document: three texts, none empty."""
        told: dict[str, str] = self.json["error"]
        assert {"code", "text", "next_step"} <= set(told)
        assert all(told.values())
        return told


Run = Callable[..., Said]


@pytest.fixture
def library(sqlite_template: Path, tmp_path: Path) -> Path:
    """A library file with its librarian and nobody else."""
    return Path(shutil.copyfile(sqlite_template, tmp_path / "library.patrondesk"))


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """The librarian's password, a rehearsed day, a working folder of the test's own."""
    monkeypatch.setenv("PATRONDESK_PASSWORD", PASSWORD)
    monkeypatch.setenv("PATRONDESK_TODAY", TODAY)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(passwords, "matches", _matches)
    return monkeypatch


@functools.cache
def _matches(hashed: str | None, secret: str, real: Callable[[str | None, str], bool] = passwords.matches) -> bool:
    """A password is slow to check by design; the same one on the same hash is checked once."""
    return real(hashed, secret)


@pytest.fixture
def words(environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs words as they are."""

    def run(*said: object) -> Said:
        code = main([str(word) for word in said])
        streams = capsys.readouterr()
        document = json.loads(streams.out) if "--json" in said else None
        assert "Traceback" not in streams.out + streams.err
        return Said(code, streams.out, streams.err, document)

    return run


@pytest.fixture
def desk(words: Run, library: Path) -> Run:
    """Runs a verb on the library, as its librarian, with a JSON answer. `code`: the exit code that is right."""

    def run(*said: object, code: int = 0, staff: str = LIBRARIAN) -> Said:
        answer = words("--database", library, "--staff", staff, "--json", *said)
        assert answer.code == code, answer
        return answer

    return run


@pytest.fixture
def say(words: Run, library: Path) -> Run:
    """The same with an answer for people."""

    def run(*said: object, code: int = 0) -> Said:
        answer = words("--database", library, "--staff", LIBRARIAN, *said)
        assert answer.code == code, answer
        return answer

    return run


@pytest.fixture
def leavers(library: Path) -> None:
    """Eight deactivated patrons: five free, and one each held by a loan, a debt, a bill of unknown amount."""
    office = sign_in(open_library(library), LIBRARIAN, PASSWORD)
    with building(office) as school:
        for n in range(1, 9):
            patron = school.patron(username=f"leaver{n}", barcode=f"B{n}", family_name=f"Leaver{n}", given_name="Ana")
            school.loan(patron)
            if n == 6:
                school.loan(patron, "open")
            if n == 7:
                school.fine(patron, 1850)
            if n == 8:
                school.fine(patron, None)
    office.database.close()


def names(folder: Path, *usernames: str) -> Path:
    """A file of usernames, one a line."""
    file = folder / "names.txt"
    file.write_text("\n".join(usernames) + "\n", encoding="utf-8")
    return file
