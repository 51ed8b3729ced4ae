"""Jobs as they are set up, their runs, and what each run did or could not do."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from patrondesk.models.base import Base


class Job(Base):
    """A job of a library: its type, options, schedule (null: only by hand), and as whom it runs.

    `taken_up_to`: the latest planned time that was taken up or let pass; the next one lies after it.
    """

    __tablename__ = "jobs"

    id: Mapped[int] = mapped_column(primary_key=True)
    library_id: Mapped[int] = mapped_column(sa.ForeignKey("libraries.id"))
    name: Mapped[str] = mapped_column(sa.String(120))
    type: Mapped[str] = mapped_column(sa.String(30))
    options: Mapped[dict[str, Any]]
    schedule: Mapped[str | None] = mapped_column(sa.String(120))
    enabled: Mapped[bool] = mapped_column(default=True)
    keep_runs: Mapped[int] = mapped_column(default=20)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_accounts.id"), index=True)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_accounts.id"), index=True)
    created_at: Mapped[dt.datetime]
    taken_up_to: Mapped[dt.datetime]

    __table_args__ = (sa.UniqueConstraint("library_id", "name"), {"sqlite_autoincrement": True})


class JobRun(Base):
    """One run. `trigger`: hand, command, schedule. `processed` = `exceptions` + `done` when it has ended.

    A run called running whose claim nobody holds was interrupted. `numbers` are further counts of the type's own;
    `refusal` says in a sentence why it was refused or failed.
    """

    __tablename__ = "job_runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    library_id: Mapped[int] = mapped_column(sa.ForeignKey("libraries.id"))
    job_id: Mapped[int | None] = mapped_column(sa.ForeignKey("jobs.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    type: Mapped[str] = mapped_column(sa.String(30))
    options: Mapped[dict[str, Any]]
    sentence: Mapped[str] = mapped_column(sa.Text)
    trigger: Mapped[str] = mapped_column(sa.String(12))
    state: Mapped[str] = mapped_column(sa.String(30))
    operator_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_accounts.id"), index=True)
    planned_for: Mapped[dt.datetime | None]
    started_at: Mapped[dt.datetime]
    finished_at: Mapped[dt.datetime | None]
    processed: Mapped[int] = mapped_column(default=0)
    exceptions: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    numbers: Mapped[dict[str, Any]]
    refusal: Mapped[str | None] = mapped_column(sa.Text)
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("batches.id"), index=True)

    __table_args__ = (sa.Index("ix_job_runs_library_id", "library_id", "started_at"), {"sqlite_autoincrement": True})


class JobRunLine(Base):
    """Something that a run did, or did not do: `kind` done, exception, event. Internal numbers only, worded when shown.

    `facts`: codes, counts and amounts (of reasons: code, count, amount); never a word that somebody typed.
    """

    __tablename__ = "job_run_lines"

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("job_runs.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(12))
    code: Mapped[str] = mapped_column(sa.String(40))
    patron_id: Mapped[int | None]
    record_id: Mapped[int | None]
    amount: Mapped[int | None] = mapped_column(sa.BigInteger)
    facts: Mapped[dict[str, Any]]
