"""The system's keyring, where a sign-in token is kept on this computer; never a file, and an answer where there is none."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from patrondesk.errors import Refused

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_SERVICE = "PatronDesk"
# Those that a system guards with the person's own sign-in. Others, such as files with a password in them, are passed over.
_GUARDED = ("keyring.backends.Windows", "keyring.backends.macOS", "keyring.backends.SecretService", "keyring.backends.kwallet",
            "keyring.backends.libsecret")  # fmt: skip
NONE = "This computer has no keyring, so PatronDesk cannot sign in by itself here."


def find_backend() -> KeyringBackend | None:
    """The keyring of this computer, None where there is none. What fails when asked counts as none."""
    from keyring import backend

    try:
        found = [ring for ring in backend.get_all_keyring() if type(ring).__module__.startswith(_GUARDED)]
        return max(found, key=lambda ring: ring.priority, default=None)
    except Exception:  # a broken desktop service raises whatever it likes
        return None


def keeps_secrets() -> bool:
    """Whether this computer has a keyring."""
    return find_backend() is not None


def _name(address: str) -> str:
    """The entry of a library: its address is not told to whoever looks into the keyring."""
    return "library " + hashlib.sha256(address.encode()).hexdigest()[:16]


def keep(address: str, token: str) -> None:
    """Keeps the token for the library at this address. Raises Refused where there is no keyring, or it says no."""
    ring = find_backend()
    if ring is None:
        raise Refused(NONE, "Sign in with the password.", "NO_KEYRING")
    try:
        ring.set_password(_SERVICE, _name(address), token)
    except Exception as fault:
        raise Refused(
            "The keyring of this computer did not take the key.", "Unlock it and try again, or sign in with the password.",
            "KEYRING_SAYS_NO",
        ) from fault  # fmt: skip


def find(address: str) -> str | None:
    """The token for the library at this address, None where none is kept or the keyring does not give it."""
    ring = find_backend()
    try:
        return ring.get_password(_SERVICE, _name(address)) if ring is not None else None
    except Exception:  # locked, cancelled, gone: the password is asked for
        return None


def forget(address: str) -> None:
    """Takes the token away; nothing where none is kept."""
    ring = find_backend()
    try:
        if ring is not None and ring.get_password(_SERVICE, _name(address)) is not None:
            ring.delete_password(_SERVICE, _name(address))
    except Exception:  # what cannot be taken away is worth nothing: the library has ended it
        return
