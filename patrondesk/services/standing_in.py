"""Signing in by itself on this computer: a token in the system's keyring, its hash in the library."""

from __future__ import annotations

import platform

from patrondesk.errors import Refused, SignInRefused
from patrondesk.services import keychain, signin, tokens
from patrondesk.services.door import permitted
from patrondesk.services.office import Office


def _place(office: Office) -> str:
    """The library as this computer knows it: its file, or the server's database."""
    database = office.database
    return str(database.path) if database.path is not None else database.name


def this_computer() -> str:
    """What this computer is called in the list of those that sign in by themselves."""
    return platform.node() or "a computer"


@permitted()
def remember_here(office: Office) -> None:
    """From now on the signed-in person is signed in by this computer itself. Raises Refused where there is no keyring."""
    address = _place(office)
    if not keychain.keeps_secrets():
        keychain.keep(address, "")  # which says why
    token = tokens.make_token(office, tokens.COMPUTER, this_computer())
    try:
        keychain.keep(address, token)
    except Refused:
        with office.database.write() as session:
            tokens.drop(session, token)
        raise


@permitted()
def forget_here(office: Office) -> None:
    """No longer: the token is ended and taken out of the keyring."""
    address = _place(office)
    token = keychain.find(address)
    if token is not None:
        with office.database.write() as session:
            tokens.drop(session, token)
    keychain.forget(address)


def find_remembered_here(office: Office) -> bool:
    """Whether this computer keeps a token for this library."""
    return keychain.find(_place(office)) is not None


def sign_in_here(office: Office) -> Office | None:
    """The office with the remembered person at the desk; None where nobody is remembered.

    A token that is refused is forgotten here, and the refusal raised.
    """
    address = _place(office)
    token = keychain.find(address)
    if token is None:
        return None
    try:
        return signin.sign_in_by_token(office, token)
    except SignInRefused as refusal:
        if refusal.code == "NO_TOKEN":
            keychain.forget(address)
        raise
