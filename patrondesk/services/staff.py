"""Staff accounts: who may sign in and in which role; given, changed and taken away by whoever manages staff."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from patrondesk.errors import NotFound, Refused, WrongUsage
from patrondesk.models.library import Library, PatronType
from patrondesk.models.patron import Block, Patron
from patrondesk.models.staff import Role, SignInToken, StaffAccount, StaffLibrary
from patrondesk.records.ids import PatronId
from patrondesk.records.staff import Permission, StaffLine
from patrondesk.services import access, names, passwords, staff_rules, tokens
from patrondesk.services.changes import find_patron, refresh_search, touch
from patrondesk.services.door import Work, operation, permitted
from patrondesk.services.office import Office
from patrondesk.services.staff_rules import guard_last_administrator

__all__ = [
    "add_staff",
    "change_role",
    "guard_last_administrator",
    "list_staff",
    "new_recovery_code",
    "remove_role",
    "set_password",
]


@operation(Permission.MANAGE_STAFF, reads=True)
def list_staff(work: Work) -> list[StaffLine]:
    """Every account with a role at the current library, by name; patrons' own accounts after those of staff."""
    today = work.clock.today()
    blocked = sa.exists().where(
        Block.patron_id == Patron.id, Block.lifted_at.is_(None), sa.or_(Block.until.is_(None), Block.until >= today)
    )
    held = sa.select(sa.func.count()).where(SignInToken.staff_id == StaffAccount.id, SignInToken.expires_at > work.clock.now())
    rows = work.session.execute(
        sa.select(StaffAccount, Patron, Role, blocked, held.correlate(StaffAccount).scalar_subquery())
        .join(Patron, Patron.id == StaffAccount.patron_id)
        .join(Role, Role.id == StaffAccount.role_id)
        .where(Patron.library_id == work.library_id)
        .order_by(Role.code == access.PATRON, Patron.sort_key, Patron.id)
    ).all()
    bound: dict[int, list[str]] = {}
    for staff_id, short in work.session.execute(
        sa.select(StaffLibrary.staff_id, Library.short_name)
        .join(Library, Library.id == StaffLibrary.library_id)
        .order_by(Library.short_name)
    ):
        bound.setdefault(staff_id, []).append(short)
    return [
        StaffLine(
            account.id,
            PatronId(patron.id),
            patron.username or "",
            names.full_name(patron.family_name, patron.given_name, patron.preferred_name),
            role.code,
            role.name,
            "deactivated"
            if not patron.enabled
            else "expired"
            if patron.expiry_date is not None and patron.expiry_date < today
            else "blocked"
            if is_blocked
            else "active",
            account.password_hash is not None,
            account.last_signed_in_at,
            tuple(bound.get(account.id, ())) if role.code == access.DISTRICT else (),
            kept,
        )
        for account, patron, role, is_blocked, kept in rows
    ]


@permitted(Permission.MANAGE_STAFF)
def add_staff(
    office: Office, username: str, role: str, password: str, *, name: str | None = None, libraries: Sequence[str] = ()
) -> PatronId:
    """Gives an account to the patron of this username, who is made (type staff, `name` as Family, Given) when unknown.

    `libraries`: short names, for the district role only; none for all. Raises Refused when the patron has an account,
    NotPermitted for a role with more rights than one's own.
    """
    passwords.check_new(password)
    return _add(office, username, role, passwords.hash_secret(password), name, tuple(libraries))


@operation(Permission.MANAGE_STAFF)
def _add(work: Work, username: str, role_code: str, hashed: str, name: str | None, libraries: tuple[str, ...]) -> PatronId:
    session, username = work.session, username.strip()
    if not username:
        raise WrongUsage("An account needs a username.", "Give one, such as mokafor.")
    role = staff_rules.find_role(work, role_code)
    staff_rules.guard_grant(work, role)
    patron = session.scalars(sa.select(Patron).where(Patron.library_id == work.library_id, Patron.username == username)).first()
    made = patron is None
    if patron is None:
        patron = _make_patron(work, username, name)
    account = session.scalars(sa.select(StaffAccount).where(StaffAccount.patron_id == patron.id)).first()
    if account is not None and account.role_id is not None:
        raise Refused(f"“{username}” has an account already.", "Change its role or its password instead.", "HAS_ACCOUNT")
    if account is None:
        account = StaffAccount(library_id=work.library_id, patron_id=patron.id)
        session.add(account)
    account.display_name = names.called(patron.family_name, patron.given_name, patron.preferred_name)
    account.role_id, account.password_hash, account.recovery_hash = role.id, hashed, None
    account.failed_tries, account.last_failed_at = 0, None
    session.flush()
    _bind(work, account, role, libraries)
    touch(session, work.clock.now(), [patron.id])
    work.record("staff.add", {"role": _told(role), "new_patron": made}, patron.id)
    return PatronId(patron.id)


def _make_patron(work: Work, username: str, name: str | None) -> Patron:
    now = work.clock.now()
    family, _, given = (part.strip() for part in (name or username).partition(","))
    kind = work.session.scalars(sa.select(PatronType).where(PatronType.name == "staff")).first()
    if kind is None:
        kind = PatronType(name="staff")
        work.session.add(kind)
        work.session.flush()
    patron = Patron(
        library_id=work.library_id,
        username=username,
        family_name=family or username,
        given_name=given or None,
        patron_type_id=kind.id,
        record_type="staff",
        account_type="internal",
        registered_on=work.clock.today(),
        sort_key="",
        search_text="",
        created_at=now,
        updated_at=now,
    )
    work.session.add(patron)
    work.session.flush()
    refresh_search(work.session, patron)
    return patron


def _told(role: Role) -> str:
    """A role as the log names it: a role of the library's own has a name that somebody typed, so only its number."""
    return role.code if role.code in access.ROLES else str(role.id)


def _bind(work: Work, account: StaffAccount, role: Role, libraries: tuple[str, ...]) -> None:
    """Writes at which libraries a district person works. Nobody binds beyond where they work themselves."""
    session = work.session
    session.execute(sa.delete(StaffLibrary).where(StaffLibrary.staff_id == account.id))
    if role.code != access.DISTRICT:
        if libraries:
            raise WrongUsage(
                "Only the district role is bound to libraries.", "Leave the libraries out, or give the role district."
            )
        return
    every = {short: key for key, short in session.execute(sa.select(Library.id, Library.short_name))}
    unknown = [short for short in libraries if short not in every]
    if unknown:
        raise NotFound(f"There is no library “{unknown[0]}” here.", f"Choose among: {', '.join(sorted(every))}.")
    meant = {every[short] for short in libraries}
    if work.actor.role == access.DISTRICT:
        reach = staff_rules.reach_of(work, work.actor.staff_id)
        if not (meant or set(every.values())) <= reach:
            raise Refused(
                "You do not work at all of these libraries yourself.", "Leave out those where you do not.", "BEYOND_REACH"
            )
    session.add_all(StaffLibrary(staff_id=account.id, library_id=key) for key in sorted(meant))


@operation(Permission.MANAGE_STAFF)
def change_role(work: Work, patron_id: PatronId, role: str, libraries: Sequence[str] = ()) -> None:
    """Gives an account another role, or binds a district person to other libraries.

    Raises Refused for oneself and for the last administrator, NotPermitted where either role has more rights than one's own.
    """
    account, patron, present = staff_rules.find_account(work, patron_id)
    new = staff_rules.find_role(work, role)
    staff_rules.guard_own(work, patron_id, "change your own role")
    staff_rules.guard_grant(work, present, "take away")
    staff_rules.guard_grant(work, new)
    if present.code == access.ADMINISTRATOR != new.code:
        guard_last_administrator(work, patron_id)
    account.role_id = new.id
    work.session.flush()
    _bind(work, account, new, tuple(libraries))
    touch(work.session, work.clock.now(), [patron.id])
    work.record("staff.role", {"from": _told(present), "to": _told(new)}, patron.id)


@permitted(Permission.MANAGE_STAFF)
def set_password(office: Office, patron_id: PatronId, password: str) -> None:
    """Sets somebody else's password; wherever the account signed in by itself, it has to sign in again.

    Raises Refused for oneself (that asks for the present one: `my_account.change_password`).
    """
    passwords.check_new(password)
    _set_password(office, patron_id, passwords.hash_secret(password))


@operation(Permission.MANAGE_STAFF)
def _set_password(work: Work, patron_id: PatronId, hashed: str) -> None:
    account, patron, role = staff_rules.find_account(work, patron_id)
    if patron_id == work.actor.id:
        raise Refused("Your own password is changed in My account.", "It asks for the present one.", "OWN_ACCOUNT")
    staff_rules.guard_grant(work, role, "set a password of")
    account.password_hash, account.failed_tries, account.last_failed_at = hashed, 0, None
    ended = tokens.end_all(work.session, account.id)
    work.record("staff.password", {"tokens": ended}, patron.id)


@operation(Permission.MANAGE_STAFF)
def remove_role(work: Work, patron_id: PatronId) -> None:
    """Takes role, password and tokens away: a plain patron is left, who can be purged like anyone.

    Raises Refused for oneself and for the last administrator.
    """
    account, patron, role = staff_rules.find_account(work, patron_id)
    staff_rules.guard_own(work, patron_id, "remove your own role")
    staff_rules.guard_grant(work, role, "take away")
    if role.code == access.ADMINISTRATOR:
        guard_last_administrator(work, patron_id)
    account.role_id = account.password_hash = account.recovery_hash = None
    ended = tokens.end_all(work.session, account.id)
    work.session.execute(sa.delete(StaffLibrary).where(StaffLibrary.staff_id == account.id))
    touch(work.session, work.clock.now(), [patron.id])
    work.record("staff.remove", {"role": _told(role), "tokens": ended}, patron.id)


@permitted(Permission.MANAGE_STAFF)
def new_recovery_code(office: Office, patron_id: PatronId) -> str:
    """A new recovery code of an account, shown this once; the former one is void. One's own is allowed."""
    code = passwords.new_recovery_code()
    _set_recovery(office, patron_id, passwords.hash_secret(passwords.plain_code(code)))
    return code


@operation(Permission.MANAGE_STAFF)
def _set_recovery(work: Work, patron_id: PatronId, hashed: str) -> None:
    account, patron, role = staff_rules.find_account(work, patron_id)
    staff_rules.guard_grant(work, role, "make a code for")
    account.recovery_hash = hashed
    work.record("staff.recovery", {}, patron.id)


@operation(Permission.MANAGE_STAFF, reads=True)
def find_account_id(work: Work, username: str) -> PatronId:
    """The patron of the account with this username. Raises NotFound."""
    found = work.session.scalar(
        sa.select(Patron.id)
        .join(StaffAccount, StaffAccount.patron_id == Patron.id)
        .where(Patron.library_id == work.library_id, Patron.username == username.strip(), StaffAccount.role_id.is_not(None))
    )
    if found is None:
        raise NotFound(f"“{username}” has no staff account.", "See all of them with: patrondesk staff list", "NO_ACCOUNT")
    return PatronId(find_patron(work, PatronId(found)).id)
