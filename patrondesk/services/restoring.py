"""Restore: a backup becomes the library; the present file is kept aside, and a crash leaves the one or the other, whole."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from patrondesk import claims, messages, migrations
from patrondesk.clock import Clock
from patrondesk.database import Database
from patrondesk.errors import DeskError, Refused, Unusable
from patrondesk.models.audit import BackupRecord
from patrondesk.models.fine import FineLine
from patrondesk.models.importing import ImportRun
from patrondesk.models.loan import Loan
from patrondesk.models.patron import Patron
from patrondesk.models.purge import Batch, BatchLine
from patrondesk.models.staff import StaffAccount
from patrondesk.records.backups import Loss, Restored
from patrondesk.records.staff import Actor, Permission
from patrondesk.services import backup_file, carrying_over, copies, replacing, signin
from patrondesk.services.door import permitted, require
from patrondesk.services.office import Office

_NEEDED = (Permission.SETTINGS, Permission.UNDO_PURGE)
_NOT_READABLE = ("DAMAGED", "UNREADABLE", "MISSING", "WRONG_KIND", "EMPTY")
Who = Callable[[Database], Actor]
_Counted = type[Loan | FineLine | Patron | ImportRun | Batch]


@permitted(*_NEEDED)
def restore(office: Office, file: Path) -> Restored:
    """Puts a backup in the place of the library; an administrator's right. Nobody is signed in to the result.

    Raises Unusable (missing, damaged, newer, another library's backup; no room), Busy when another program has the library
    open or a purge runs. Whatever is raised, the library is as it was.
    """
    library = backup_file.check_on_file(office.database)
    actor = office.actor
    assert actor is not None
    _check_not_itself(library, file)
    with backup_file.looking(file) as (_, facts):
        backup_file.check_same_library(office.database, office.library_id, facts, file)
    with claims.claim(office.database, claims.PURGING, office.library_id):
        return _restore(office, file, lambda _: actor)


def restore_unreadable(
    database: Database, clock: Clock, file: Path, username: str, password: str, library: str | None = None
) -> Restored:
    """The same where nobody can sign in, because the library file is missing or damaged: the backup says who may.

    Raises Refused when somebody can sign in to the present file after all, SignInRefused, and what `restore` raises.
    """
    path = backup_file.check_on_file(database)
    _check_not_itself(path, file)
    if can_be_signed_in_to(database):
        raise Refused("The present library can be signed in to.", "Sign in to it, then restore.", "SIGN_IN_FIRST")

    def who(new: Database) -> Actor:
        return require(signin.sign_in(Office(new, clock), username, password, library), *_NEEDED)

    return _restore(Office(database, clock), file, who)


def can_be_signed_in_to(database: Database) -> bool:
    """Whether the file tells who may sign in; a newer or a locked one does, and its own words say why not now."""
    if not database.is_file:
        return True
    try:
        database.check_file()
        migrations.version_of(database)
        with database.read() as session:
            session.execute(sa.select(StaffAccount, Patron).join(Patron, Patron.id == StaffAccount.patron_id)).all()
            session.execute(sa.text("SELECT count(*) FROM role_permissions NOT INDEXED")).all()
            session.execute(sa.text("SELECT short_name, secret FROM libraries")).one()
    except DeskError as fault:
        return fault.code not in _NOT_READABLE
    except sa.exc.SQLAlchemyError:
        return False
    finally:
        database.rest()
    return True


@permitted(*_NEEDED)
def read_loss(office: Office, file: Path) -> Loss:
    """What a restore of this backup would take away. Raises Unusable as `restore` does."""
    library = backup_file.check_on_file(office.database)
    _check_not_itself(library, file)
    with backup_file.looking(file) as (copy, facts):
        backup_file.check_same_library(office.database, office.library_id, facts, file)
        with copy.read() as then, office.database.read() as now:
            listed = now.scalars(sa.select(BackupRecord)).all()
            since = carrying_over.find_made_at(office, listed, file, facts)

            def added(table: _Counted, *changed: sa.ColumnElement[bool], only: sa.ColumnElement[bool] | None = None) -> int:
                last = then.execute(sa.text(f"SELECT coalesce(max(id), 0) FROM {table.__tablename__}")).scalar_one()
                newer = sa.select(sa.func.count()).select_from(table).where(sa.or_(table.id > last, *changed))
                return now.scalar(newer if only is None else newer.where(only)) or 0

            undone = sa.select(sa.func.count(BatchLine.batch_id.distinct())).where(BatchLine.undone_at > since)
            return Loss(
                since,
                added(Loan, Loan.ended_at > since, Loan.renewed_at > since),
                added(FineLine, only=FineLine.kind == "payment"),
                added(Patron),
                added(ImportRun),
                added(Batch, only=Batch.purged > 0),
                now.scalar(undone) or 0,
            )


def loss_sentence(loss: Loss) -> str:
    """In one plain sentence: Everything since 21 November 2026, 22:31 goes: 12 loans and 3 purges."""
    moment = loss.since.astimezone()
    since = f"{messages.day(moment.date())}, {moment:%H:%M}"
    if not loss.anything:
        return f"Nothing was recorded since {since}."
    counted = (
        (loss.loans, "loan"), (loss.payments, "payment"), (loss.patrons, "new patron"), (loss.imports, "import"),
        (loss.purges, "purge"), (loss.undone, "undone purge"),
    )  # fmt: skip
    return f"Everything since {since} goes: {messages.listed([messages.count(n, word) for n, word in counted if n])}."


def _check_not_itself(library: Path, file: Path) -> None:
    if file.absolute() == library or (file.exists() and library.exists() and file.samefile(library)):
        raise Refused("This is the library file itself, not a backup of it.", "Choose a backup.", "SAME_FILE")


def _restore(office: Office, file: Path, who: Who) -> Restored:
    """Beside the library a new file is made ready, then the library is held, kept aside, and replaced."""
    path = backup_file.check_on_file(office.database)
    part = path.with_name(path.name + ".restoring")
    new = Database(part)
    try:
        with backup_file.looking(file) as (chosen, facts):
            copies.write(chosen, part)
        if not facts.current:
            migrations.upgrade(new)
        actor = who(new)
        with replacing.alone(office.database) as hold:
            return _replace(office, new, hold, file, facts, actor)
    except copies.Unsound as fault:
        raise Unusable(
            f"The backup “{file.name}” is damaged. Nothing was changed.", "Choose another backup.", "BACKUP_DAMAGED"
        ) from fault
    except (OSError, sqlite3.Error) as fault:
        raise Unusable(
            "The backup could not be put in place. The library is as it was.",
            f"Check that there is room and that you may write in “{path.parent.name}”.",
            "RESTORE_FAILED",
        ) from fault
    finally:
        new.close()
        copies.try_discard(part)


def _replace(office: Office, new: Database, hold: replacing.Hold, file: Path, facts: backup_file.Facts, actor: Actor) -> Restored:
    path = backup_file.check_on_file(office.database)
    now = office.clock.now()
    aside: Path | None = None
    kept: carrying_over.Kept | None = None
    try:
        if path.exists():
            aside = _aside(office, now)
            found = hold.keep_aside(aside)
            kept = carrying_over.Kept(aside, now, found)
        with hold.reading() as held:
            done = carrying_over.carry_over(new, held, office, kept, file, facts, actor)
        copies.log_ahead(new)
        new.close()
        assert new.path is not None
        copies.settle_file(new.path)
        hold.put(new.path)
    except BaseException:
        if aside is not None and new.path is not None and new.path.exists():  # it did not get the library's name
            copies.try_discard(aside)
        raise
    return Restored(
        str(file), done.made_at, facts.patrons, not facts.current, str(aside) if aside else None,
        kept is not None and kept.found is None, done.people_back, done.batches, done.backups,
    )  # fmt: skip


def _aside(office: Office, now: dt.datetime) -> Path:
    """A plain name, such as: library before restore 2026-11-21 2231.patrondesk."""
    folder = office.backups_folder()
    path = office.database.path
    assert folder is not None
    assert path is not None
    plain = f"{path.stem} before restore {now.astimezone():%Y-%m-%d %H%M}"
    number = 1
    while (target := folder / f"{plain}{f' ({number})' if number > 1 else ''}.patrondesk").exists():
        number += 1
    return target
