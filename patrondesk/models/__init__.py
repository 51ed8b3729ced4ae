"""Mapped classes: every table of the library file. Importing this package makes the whole metadata known."""

from patrondesk.models import (
    access,
    archive,
    audit,
    fine,
    importing,
    item,
    job,
    library,
    loan,
    patron,
    policy,
    purge,
    reservation,
    responsibility,
    staff,
)
from patrondesk.models.base import Base

__all__ = [
    "Base",
    "access",
    "archive",
    "audit",
    "fine",
    "importing",
    "item",
    "job",
    "library",
    "loan",
    "patron",
    "policy",
    "purge",
    "reservation",
    "responsibility",
    "staff",
]
