"""Libraries: made, with the ready-made roles and a first administrator; and the one among a district's where one is."""

from __future__ import annotations

import re
import secrets
import unicodedata
from dataclasses import replace

import sqlalchemy as sa

from patrondesk import folding, migrations
from patrondesk.clock import Clock
from patrondesk.database import Database
from patrondesk.errors import NotFound, NotPermitted, Refused
from patrondesk.models.library import Library, PatronType
from patrondesk.models.patron import Patron
from patrondesk.models.staff import Role, StaffAccount
from patrondesk.records.ids import LibraryId
from patrondesk.records.staff import MyLibrary
from patrondesk.services import access, audit, passwords, signin
from patrondesk.services.door import Work, operation, permitted, require
from patrondesk.services.office import Office

DEFAULT_NAME = "School library"


def short_name(name: str) -> str:
    """A short name for the command line: `Riverbank Secondary` -> `riverbank-secondary`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40] or "library"


def create_library(
    database: Database,
    clock: Clock,
    *,
    name: str,
    username: str,
    password: str,
    person: str | None = None,
    made_up: bool = False,
) -> str:
    """Makes the file or tables where there are none, then a library and its administrator; returns the recovery code.

    Raises Refused when this database has a library of that name, or the username or password cannot be used. A made-up
    school for demonstrations (`made_up`) may have a password that everybody knows.
    """
    username, name = username.strip(), name.strip() or DEFAULT_NAME
    if not username:
        raise Refused("The administrator needs a username.", "Give one, such as: --admin mokafor", "USERNAME_MISSING")
    if not made_up:
        passwords.check_new(password)
    database.check_place()
    if database.path is not None:
        if database.path.exists() and database.path.stat().st_size:
            database.check_file()
        database.path.parent.mkdir(parents=True, exist_ok=True)
    if migrations.version_of(database) is None:
        migrations.upgrade(database)
    code = passwords.new_recovery_code()
    now = clock.now()
    hashed, recovery = passwords.hash_secret(password), passwords.hash_secret(passwords.plain_code(code))
    family, _, given = (person or username).partition(", ")
    with database.write() as session:
        if session.scalar(sa.select(Library.id).where(Library.short_name == short_name(name))) is not None or (
            database.is_file and session.scalar(sa.select(sa.func.count()).select_from(Library))
        ):
            raise Refused("This database has a library already.", "Sign in to it, or choose another file.", "LIBRARY_EXISTS")
        if session.scalar(sa.select(sa.func.count()).select_from(Role)) == 0:
            access.make_roles(session)
        library = Library(short_name=short_name(name), name=name, created_at=now, secret=secrets.token_hex(32))
        kind = session.scalar(sa.select(PatronType).where(PatronType.name == "staff")) or PatronType(name="staff")
        session.add_all([library, kind])
        session.flush()
        patron = Patron(
            library_id=library.id,
            username=username,
            family_name=family,
            given_name=given or None,
            patron_type_id=kind.id,
            record_type="staff",
            account_type="internal",
            sort_key=folding.sort_key(family, given),
            search_text=folding.search_text(family, given, username),
            created_at=now,
            updated_at=now,
        )
        session.add(patron)
        session.flush()
        role = session.scalars(sa.select(Role).where(Role.code == access.ADMINISTRATOR)).one()
        display = f"{given} {family}" if given else family
        staff = StaffAccount(
            library_id=library.id,
            patron_id=patron.id,
            display_name=display,
            role_id=role.id,
            password_hash=hashed,
            recovery_hash=recovery,
        )
        session.add(staff)
        session.flush()
        audit.write_entry(
            session,
            now,
            library_id=library.id,
            actor_id=staff.id,
            actor=display,
            operation="library.create",
            patron_id=patron.id,
            facts={"role": access.ADMINISTRATOR},
        )
    return code


def find_libraries(database: Database) -> list[tuple[int, str, str]]:
    """Every library of the database: (id, short name, name)."""
    with database.read() as session:
        return [
            (row[0], row[1], row[2])
            for row in session.execute(sa.select(Library.id, Library.short_name, Library.name).order_by(Library.id))
        ]


@operation(reads=True)
def list_my_libraries(work: Work) -> list[MyLibrary]:
    """The libraries at which the signed-in person works: for a district person those bound, else all; for others their own."""
    reach = signin.reach_of(work.session, work.actor.staff_id) if work.actor.role == access.DISTRICT else [work.library_id]
    rows = work.session.execute(
        sa.select(Library.id, Library.short_name, Library.name).where(Library.id.in_(reach)).order_by(Library.name)
    )
    return [MyLibrary(LibraryId(key), short, name, key == work.library_id) for key, short, name in rows]


@permitted()
def switch_library(office: Office, short: str) -> Office:
    """The same person at another library of theirs. Raises NotPermitted for one that is not, NotFound for none."""
    actor = require(office)
    for mine in list_my_libraries(office):
        if mine.short_name == short:
            return office.signed_in(replace(actor, library_id=mine.id, library_name=mine.name))
    if not any(name == short for _, name, _ in find_libraries(office.database)):
        raise NotFound(f"There is no library “{short}” here.", "Look at the list again.")
    raise NotPermitted(f"{actor.name} does not work at this library.", "Ask somebody with the district role.")
