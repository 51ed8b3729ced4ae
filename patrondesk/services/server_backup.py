"""Backups of a server's database, by PostgreSQL's own tools where this computer has them."""

from __future__ import annotations

import os
import platform
import secrets
import shutil
import subprocess
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from patrondesk import paths
from patrondesk.database import Database
from patrondesk.errors import Refused, Unusable
from patrondesk.models import Base
from patrondesk.models.audit import AuditEntry
from patrondesk.models.patron import Patron
from patrondesk.records.staff import Permission
from patrondesk.services import copies
from patrondesk.services.door import Work, operation, permitted
from patrondesk.services.office import Office

_TOOLS = ("pg_dump", "pg_restore")


@permitted(Permission.PURGE)
def dump(office: Office, target: Path | None = None) -> copies.Written:
    """A copy of the whole database in PostgreSQL's own format, read through once to check it. Raises Refused, Unusable.

    It holds every library of the database. The password never stands among a program's words, where others could read it.
    """
    tools = [shutil.which(tool) for tool in _TOOLS]
    dumping, restoring = tools
    if dumping is None or restoring is None:
        raise Refused(
            "This library lives on a server, and this computer has no tools to copy it. No backup was made.",
            "The district's own backups apply; ask who manages the server.",
            "SERVER",
        )
    now = office.clock.now()
    named = f"{now.astimezone():%Y-%m-%d %H%M%S} {_here()} {secrets.token_hex(2)}.dump"
    path = target or (office.backups_folder() or _folder(office.database)) / named
    part = path.with_name(path.name + copies.PART)
    patrons, head = _read_standing(office)
    words, environment = _asked(office.database)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        copies.discard(part)
        _say([dumping, "--format=custom", "--no-password", f"--file={part}", f"--dbname={words}"], environment)
        _check(restoring, part)
        copies.settle_file(part)
        copies.take_name(part, path)
        return copies.Written(path, now, copies.Checked(path.stat().st_size, patrons, head))
    except OSError as fault:
        raise Unusable(
            "The backup could not be written, so nothing was changed.",
            f"Check that there is room and that you may write in “{path.parent.name}”.",
            "BACKUP_FAILED",
        ) from fault
    finally:
        copies.try_discard(part)


def lies_here(path: Path) -> bool:
    """Whether a server's backup was made on this computer: others note theirs in the same database."""
    return path.exists() or f" {_here()} " in path.name


def _here() -> str:
    return "".join(letter for letter in platform.node() if letter.isalnum() or letter in "-_") or "computer"


def _folder(database: Database) -> Path:
    return paths.data_folder() / f"{database.engine().url.database}-backups"


@operation(Permission.PURGE, reads=True)
def _read_standing(work: Work) -> tuple[int, tuple[int, str]]:
    """Patrons of all libraries, and where the audit log stands: what is copied a moment later has at least that."""
    patrons = work.session.scalar(sa.select(sa.func.count()).select_from(Patron)) or 0
    last = sa.select(AuditEntry.number, AuditEntry.hash).order_by(AuditEntry.number.desc()).limit(1)
    head = work.session.execute(last).first()
    return patrons, (head[0], head[1]) if head else (0, "0" * 64)


def _asked(database: Database) -> tuple[str, dict[str, str]]:
    """Whom the tools speak to, as PostgreSQL writes it, and the environment that carries the password."""
    from psycopg.conninfo import make_conninfo

    url = database.engine().url
    told: dict[str, Any] = {key: value for key, value in url.query.items() if isinstance(value, str)}
    told |= {"host": url.host or told.get("host"), "port": url.port or told.get("port"), "user": url.username or told.get("user")}
    password = url.password or told.pop("password", None)
    told.pop("password", None)
    words = make_conninfo(dbname=url.database, **{key: value for key, value in told.items() if value is not None})
    return words, os.environ | ({"PGPASSWORD": str(password)} if password else {})


def _check(restoring: str, part: Path) -> None:
    """Every table is in the list of contents, and all of it can be read."""
    listed = _say([restoring, "--list", str(part)], dict(os.environ))
    told = {words[-2] for line in listed.splitlines() if " TABLE DATA " in line and len(words := line.split()) > 2}
    _say([restoring, f"--file={os.devnull}", str(part)], dict(os.environ))
    missing = set(Base.metadata.tables) - told
    if missing:
        raise _failed("Not everything is in it.")


def _say(words: list[str], environment: dict[str, str]) -> str:
    no_window = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    done = subprocess.run(
        words, env=environment | {"LC_ALL": "C"}, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace",
        check=False, creationflags=no_window,
    )  # fmt: skip
    if done.returncode == 0:
        return done.stdout
    said = done.stderr.lower()
    if "version mismatch" in said:
        raise _failed("Install the PostgreSQL tools of the server's version on this computer.")
    if "no space left" in said:
        raise _failed("Make room on the disk and try again.")
    raise _failed("Check that the server answers and that the account may read every table.")


def _failed(next_step: str) -> Unusable:
    return Unusable("The backup of the server could not be made, so nothing was changed.", next_step, "BACKUP_FAILED")
