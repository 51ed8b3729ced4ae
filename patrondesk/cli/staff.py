"""`staff`: accounts and roles, and where somebody signs in without the password."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from patrondesk import messages
from patrondesk.cli.answer import table
from patrondesk.cli.grammar import Verbs, key
from patrondesk.errors import NotFound, WrongUsage
from patrondesk.records.staff import PERMISSION_WORDS, Permission

if TYPE_CHECKING:
    from patrondesk.cli.answer import Document
    from patrondesk.cli.desk import Desk
    from patrondesk.records.staff import RoleLine, StaffLine, TokenLine

_NEW = "PATRONDESK_NEW_PASSWORD"
_NEW_TEXT = f"The new password comes from {_NEW}, else it is asked twice."


def add(verbs: Verbs) -> None:
    """The noun and its verbs."""
    noun = verbs.noun("staff", "accounts and roles: who may sign in, and what each may do")
    noun.add("list", "who has an account", list_all)
    adding = noun.add("add", "give an account", add_one, f"Gives an account; an unknown USERNAME is made. {_NEW_TEXT}")
    adding.add_argument("username", metavar="USERNAME")
    adding.add_argument("--role", required=True, metavar="ROLE", help="administrator, librarian, assistant, reader, patron, ...")
    adding.add_argument("--name", metavar="NAME", help="of a person who is not there yet, as Family, Given")
    role = noun.add("role", "give an account another role", give_role)
    role.add_argument("username", metavar="USERNAME")
    role.add_argument("role", metavar="ROLE")
    for parser in (adding, role):
        parser.add_argument("--libraries", type=_words, metavar="NAME,NAME", help="of the role district: where; all without it")
    password = noun.add("password", "set a password", set_password, f"Sets a password. {_NEW_TEXT}")
    password.add_argument("username", metavar="USERNAME")
    code = noun.add("recovery-code", "make a new recovery code; the former one is void", make_code)
    code.add_argument("username", metavar="USERNAME")
    remove = noun.add("remove", "take the account away; the patron stays", remove_one)
    remove.add_argument("username", metavar="USERNAME")
    remove.add_argument("--yes", action="store_true", help="do not ask")
    noun.add("roles", "every role and what it may do", list_roles)
    made = noun.add("role-set", "make, rename, change or remove a role", set_role)
    made.add_argument("role", metavar="ROLE", help="its word; one that is not there is made")
    made.add_argument("--name", metavar="NAME", help="what it is called")
    made.add_argument("--permissions", type=_permissions, metavar="A,B", help="exactly these; empty for none")
    made.add_argument("--remove", action="store_true", help="remove a role that nobody has")
    noun.add("tokens", "where somebody signs in without the password", list_tokens)
    noun.add("revoke", "end one of them", revoke).add_argument("token", type=key, metavar="TOKEN_ID")
    noun.add("libraries", "the libraries at which you work", list_libraries)


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _permissions(text: str) -> frozenset[Permission]:
    known = {permission.value: permission for permission in Permission}
    words = [word.replace("-", "_") for word in _words(text)]
    unknown = [word for word in words if word not in known]
    if unknown:
        raise argparse.ArgumentTypeError(f"“{unknown[0]}” is no permission; they are {', '.join(known)}")
    return frozenset(known[word] for word in words)


def _account(line: StaffLine) -> Document:
    return {
        "username": line.username,
        "name": line.name,
        "role": line.role,
        "role_name": line.role_name,
        "state": line.state,
        "has_password": line.has_password,
        "last_signed_in": line.last_signed_in.isoformat() if line.last_signed_in else None,
        "libraries": list(line.libraries),
        "tokens": line.tokens,
    }


def list_all(desk: Desk, _args: argparse.Namespace) -> int:
    """Every account with a role."""
    from patrondesk.services.staff import list_staff

    lines = list_staff(desk.sign_in())
    rows = (
        (one.username, one.name, one.role_name, one.state if one.has_password else f"{one.state}, no password", _when(one))
        for one in lines
    )
    told = table(("Username", "Name", "Role", "State", "Last signed in"), rows)
    desk.answer.give({"staff": [_account(line) for line in lines]}, told)
    return 0


def _when(line: StaffLine) -> str:
    return messages.short_day(line.last_signed_in.astimezone().date()) if line.last_signed_in else "never"


def add_one(desk: Desk, args: argparse.Namespace) -> int:
    """Gives an account, to a patron who is there or to a new one."""
    from patrondesk.services.staff import add_staff

    office = desk.sign_in()
    add_staff(office, args.username, args.role, desk.new_password(_NEW), name=args.name, libraries=args.libraries or ())
    return _told(desk, args.username, f"{args.username.strip()} may sign in as {args.role}.")


def give_role(desk: Desk, args: argparse.Namespace) -> int:
    """Another role."""
    from patrondesk.services.staff import change_role, find_account_id

    office = desk.sign_in()
    change_role(office, find_account_id(office, args.username), args.role, args.libraries or ())
    return _told(desk, args.username, f"{args.username} is {args.role} now.")


def _told(desk: Desk, username: str, said: str) -> int:
    from patrondesk.services.staff import list_staff

    found = [line for line in list_staff(desk.office) if line.username == username.strip()]
    desk.answer.give(_account(found[0]) if found else {"username": username.strip()}, [said])
    return 0


def set_password(desk: Desk, args: argparse.Namespace) -> int:
    """Somebody's password; one's own with the present one, which was just given."""
    from patrondesk.services import my_account, staff

    office = desk.sign_in()
    assert office.actor is not None
    patron = office.actor.id if args.username.strip() == office.actor.username else staff.find_account_id(office, args.username)
    new = desk.new_password(_NEW)
    if patron == office.actor.id:
        my_account.change_password(office, desk.password, new)
    else:
        staff.set_password(office, patron, new)
    said = f"The password of {args.username} is set. Where it signed in by itself, it has to sign in again."
    desk.answer.give({"username": args.username}, [said])
    return 0


def make_code(desk: Desk, args: argparse.Namespace) -> int:
    """A new recovery code, said once."""
    from patrondesk.services.staff import find_account_id, new_recovery_code

    office = desk.sign_in()
    code = new_recovery_code(office, find_account_id(office, args.username))
    lines = [f"Recovery code of {args.username}: {code}", "Print it and lock it away. It is not shown again."]
    desk.answer.give({"username": args.username, "recovery_code": code}, lines)
    return 0


def remove_one(desk: Desk, args: argparse.Namespace) -> int:
    """Takes role, password and tokens away."""
    from patrondesk.services.staff import find_account_id, remove_role

    office = desk.sign_in()
    patron = find_account_id(office, args.username)
    desk.confirm_here(f"{args.username} will not be able to sign in any more.", args.yes)
    remove_role(office, patron)
    desk.answer.give({"username": args.username}, [f"{args.username} has no account any more; the patron stays."])
    return 0


def _role(line: RoleLine) -> Document:
    return {
        "role": line.code,
        "name": line.name,
        "permissions": sorted(permission.value for permission in line.permissions),
        "people": line.people,
        "ready_made": line.ready_made,
    }


def list_roles(desk: Desk, _args: argparse.Namespace) -> int:
    """Every role, and what each permission lets somebody do."""
    from patrondesk.services.roles import list_roles

    lines = list_roles(desk.sign_in())
    rows = ((one.code, one.name, one.people, ", ".join(sorted(p.value for p in one.permissions)) or "My account only")
            for one in lines)  # fmt: skip
    permissions = [{"permission": p.value, "name": name, "text": text} for p, (name, text) in PERMISSION_WORDS.items()]
    told = table(("Role", "Name", "People", "Permissions"), rows, (2,))
    desk.answer.give({"roles": [_role(line) for line in lines], "permissions": permissions}, told)
    return 0


def set_role(desk: Desk, args: argparse.Namespace) -> int:
    """Makes, renames, changes or removes a role."""
    from patrondesk.services import roles

    if args.remove and (args.name is not None or args.permissions is not None):
        raise WrongUsage("--remove goes alone.", "Leave out --name and --permissions.")
    office = desk.sign_in()
    code = args.role.strip().lower()
    there = code in {line.code for line in roles.list_roles(office)}
    if args.remove:
        roles.remove_role(office, code)
        desk.answer.give({"role": code}, [f"The role {code} is removed."])
        return 0
    if not there:
        if args.permissions is None:
            raise NotFound(f"There is no role “{args.role}”.", "Make it with: --permissions A,B")
        code = roles.add_role(office, args.name or args.role.strip(), args.permissions, code=code)
    else:
        if args.name is None and args.permissions is None:
            raise WrongUsage("Nothing says what is to change.", "Give --name, --permissions or --remove.")
        if args.name is not None:
            roles.rename_role(office, code, args.name)
        if args.permissions is not None:
            roles.change_role_set(office, code, args.permissions)
    line = next(line for line in roles.list_roles(office) if line.code == code)
    said = ", ".join(sorted(p.value for p in line.permissions)) or "nothing"
    desk.answer.give(_role(line), [f"{line.name} ({line.code}) may: {said}"])
    return 0


def _token(line: TokenLine) -> Document:
    return {
        "token": line.id,
        "username": line.username,
        "name": line.name,
        "purpose": line.purpose,
        "label": line.label,
        "created_at": line.created_at.isoformat(),
        "last_used_at": line.last_used_at.isoformat() if line.last_used_at else None,
        "expires_at": line.expires_at.isoformat(),
    }


def list_tokens(desk: Desk, _args: argparse.Namespace) -> int:
    """Every token in force; never the token itself, which the library does not have."""
    from patrondesk.services.tokens import list_tokens

    lines = list_tokens(desk.sign_in())
    rows = ((one.id, one.username, one.purpose, one.label, messages.short_day(one.expires_at.astimezone().date()))
            for one in lines)  # fmt: skip
    told = table(("Token", "Username", "For", "Where", "Ends"), rows, (0,)) or ["Everybody signs in with the password."]
    desk.answer.give({"tokens": [_token(line) for line in lines]}, told)
    return 0


def revoke(desk: Desk, args: argparse.Namespace) -> int:
    """Ends a token."""
    from patrondesk.services.tokens import revoke

    revoke(desk.sign_in(), args.token)
    desk.answer.give({"token": args.token}, [f"Token {args.token} is ended; the password is asked for there."])
    return 0


def list_libraries(desk: Desk, _args: argparse.Namespace) -> int:
    """Where the signed-in person works, and where they are."""
    from patrondesk.services.libraries import list_my_libraries

    lines = list_my_libraries(desk.sign_in())
    document = {"libraries": [{"library": one.short_name, "name": one.name, "here": one.here} for one in lines]}
    rows = ((one.short_name, one.name, "here" if one.here else "") for one in lines)
    desk.answer.give(document, table(("Library", "Name", ""), rows))
    return 0
