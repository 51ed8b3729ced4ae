"""The log's words about jobs."""

from __future__ import annotations

from patrondesk.services.audit_words.told import Told, Wording, small


def _job_sum(t: Told) -> str:
    state = str(t["state"] or "").replace("_", " ")
    numbers = f"{t.number('processed'):,} processed, {t.number('exceptions'):,} with exceptions, {t.number('done'):,} done"
    return f"{t.run} ended: {state or 'it is not known how'}; {numbers}."


WORDS: dict[str, Wording] = {
    "job.add": Wording("A job set up", lambda t: f"{t.job} was set up{', with a schedule' if t['scheduled'] else ''}."),
    "job.change": Wording("A job changed", lambda t: f"{t.job} was changed."),
    "job.remove": Wording("A job removed", lambda t: f"{t.job} was removed; its runs stay."),
    "job.take_up": Wording("A job due", lambda t: f"{t.job} was due and taken up."),
    "job.run": Wording("A job begun", lambda t: f"{t.run} began."),
    "job.end": Wording("A job ended", _job_sum),
    "job.forget_runs": Wording("Old runs removed", lambda t: f"{t.count('runs', 'old run')} of {small(t.job)} went."),
}  # fmt: skip
"""By operation."""
