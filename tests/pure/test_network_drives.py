"""A library file on a shared drive is noticed by the mount it lies on."""

from __future__ import annotations

import sys

import pytest

from patrondesk import bootstrap, paths
from patrondesk.clock import Clock
from patrondesk.errors import Unusable
from patrondesk.services import libraries

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="mounts are read on Linux")


@pytest.fixture
def mounted(tmp_path, monkeypatch):
    (tmp_path / "share" / "local").mkdir(parents=True)
    table = tmp_path / "mounts"
    table.write_text(
        f"/dev/sda1 / ext4 rw 0 0\n//server/school {tmp_path}/share cifs rw 0 0\n/dev/sdb1 {tmp_path}/share/local ext4 rw 0 0\n"
        f"nas:/x {str(tmp_path).replace(' ', chr(92) + '040')}/nfs{chr(92)}040drive nfs4 rw 0 0\n"
    )
    monkeypatch.setattr(paths, "_MOUNTS", table)
    return tmp_path


@pytest.mark.parametrize(
    ("place", "shared"),
    [
        ("here.patrondesk", False),
        ("share/a.patrondesk", True),
        ("share/local/a.patrondesk", False),
        ("shared/a", False),
        ("nfs drive/a", True),
    ],
)
def test_the_innermost_mount_counts(mounted, place, shared):
    assert paths.on_network_drive(mounted / place) is shared


def test_a_library_is_neither_made_nor_opened_there(mounted):
    path = mounted / "share" / "library.patrondesk"
    with pytest.raises(Unusable, match="network drive") as told:
        libraries.create_library(bootstrap.new_database(path), Clock(), name="L", username="a", password="long enough")
    assert told.value.exit_code == 4
    assert "PostgreSQL" in told.value.next_step
    assert not path.exists()


def test_mounts_that_cannot_be_read_refuse_nothing(monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "_MOUNTS", tmp_path / "absent")
    assert not paths.on_network_drive(tmp_path / "a")
