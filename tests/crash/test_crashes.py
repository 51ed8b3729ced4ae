"""A short run of the crash harness; `harness.py` is the long one."""

from __future__ import annotations

import os

import pytest

if os.name == "nt":
    pytest.skip("a process is killed by signal", allow_module_level=True)

from tests.crash import harness


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")  # the child does nothing but work with SQLite
def test_after_every_kill_the_library_is_whole_and_the_work_goes_on(tmp_path):
    told = harness.run(16, 4, tmp_path)
    assert told["kills"] >= 16
    assert told["inside a write"] >= 3
