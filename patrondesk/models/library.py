"""Libraries and the small ordered tables that patrons refer to: types, groups, year levels, cohorts."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from patrondesk.models.base import Base


class Library(Base):
    """A school's library.

    `secret` keys pseudonymous hashes; it never leaves the file. `shrink_due`: something was destroyed whose last traces
    are still to be cleared from the file.
    """

    __tablename__ = "libraries"

    id: Mapped[int] = mapped_column(primary_key=True)
    short_name: Mapped[str] = mapped_column(sa.String(40), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    created_at: Mapped[dt.datetime]
    secret: Mapped[str] = mapped_column(sa.String(64))
    shrink_due: Mapped[bool] = mapped_column(default=False)


class PatronType(Base):
    """What rules apply: student, teacher, staff, ...; an unknown type in an import is created [Destiny]."""

    __tablename__ = "patron_types"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80), unique=True)


class UserGroup(Base):
    """Alma's grouping, with a description."""

    __tablename__ = "user_groups"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(120), unique=True)
    description: Mapped[str | None] = mapped_column(sa.String(400))


class YearLevel(Base):
    """A level such as Year 7; `position` orders them from the lowest."""

    __tablename__ = "year_levels"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(60), unique=True)
    position: Mapped[int]


class Cohort(Base):
    """Those who are to leave together: "Class of 2031"."""

    __tablename__ = "cohorts"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80), unique=True)
    graduates_on: Mapped[dt.date | None]
