"""A computer's clock that was set back or forward: what must not happen does not, and the log goes on."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import replace

import pytest

from patrondesk.clock import Clock
from patrondesk.errors import SignInRefused
from patrondesk.services import audit, checking, signin
from patrondesk.services.purging import batch_reading, destroy, undo
from tests.conftest import LIBRARIAN, PASSWORD
from tests.crash.works import Noon


class Moved(Noon):
    """The bench's clock, moved by some days."""

    days = 0

    def now(self):
        return super().now() + dt.timedelta(days=self.days)

    def real_today(self):
        return self.now().date()


def moved(days):
    return type("Then", (Moved,), {"days": days})()


@pytest.fixture
def office(bench, tmp_path):
    with bench.office(shutil.copyfile(bench.template("purged"), tmp_path / "library.patrondesk")) as opened:
        yield opened


@pytest.mark.parametrize("days", [-400, -1])
def test_set_back_nothing_is_destroyed_and_the_undo_works(office, days):
    back = replace(office, clock=moved(days))
    assert destroy.destroy_due(back) == 0
    batch = batch_reading.list_batches(back)[0]
    assert undo.undo_batch(back, batch.id).restored == batch.purged
    assert not checking.find_problems(back)


def test_the_log_goes_on_by_number_not_by_time(office):
    for days in (-400, 30, -3):
        batch_reading.list_batches(replace(office, clock=moved(days)))
        destroy.expire_tombstones(replace(office, clock=moved(days)))
        signin.sign_in(replace(office, clock=moved(days), actor=None), LIBRARIAN, PASSWORD)
    with office.database.read() as session:
        assert not list(audit.find_breaks(session))


def test_wrong_passwords_of_the_future_lock_nobody_out(office):
    """The delay counts from the last wrong try; one that lies in the future, by a clock that was ahead, is no delay."""
    ahead = replace(office, clock=moved(+300), actor=None)
    for _ in range(8):
        with pytest.raises(SignInRefused):
            signin.sign_in(ahead, LIBRARIAN, "not this one")
    with pytest.raises(SignInRefused, match="Too many"):
        signin.sign_in(ahead, LIBRARIAN, PASSWORD)
    assert signin.sign_in(replace(office, actor=None), LIBRARIAN, PASSWORD).actor is not None


def test_a_clock_is_a_clock():
    assert isinstance(moved(1), Clock)
    assert moved(-1).real_today() == Noon().real_today() - dt.timedelta(days=1)
