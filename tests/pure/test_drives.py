"""A library file on a shared drive is noticed by the mount it lies on; one in a folder kept in step, by its names and marks."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from patrondesk import bootstrap, drives
from patrondesk.clock import Clock
from patrondesk.errors import Unusable
from patrondesk.services import libraries

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="mounts are read on Linux")


@pytest.fixture
def mounted(tmp_path, monkeypatch):
    (tmp_path / "share" / "local").mkdir(parents=True)
    table = tmp_path / "mounts"
    table.write_text(
        f"/dev/sda1 / ext4 rw 0 0\n//server/school {tmp_path}/share cifs rw 0 0\n/dev/sdb1 {tmp_path}/share/local ext4 rw 0 0\n"
        f"nas:/x {str(tmp_path).replace(' ', chr(92) + '040')}/nfs{chr(92)}040drive nfs4 rw 0 0\n"
    )
    monkeypatch.setattr(drives, "_MOUNTS", table)
    return tmp_path


@on_linux
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
    assert drives.on_network_drive(mounted / place) is shared


@on_linux
def test_a_library_is_neither_made_nor_opened_there(mounted):
    path = mounted / "share" / "library.patrondesk"
    with pytest.raises(Unusable, match="network drive") as told:
        libraries.create_library(bootstrap.new_database(path), Clock(), name="L", username="a", password="long enough")
    assert told.value.exit_code == 4
    assert "PostgreSQL" in told.value.next_step
    assert not path.exists()


@on_linux
def test_mounts_that_cannot_be_read_refuse_nothing(monkeypatch, tmp_path):
    monkeypatch.setattr(drives, "_MOUNTS", tmp_path / "absent")
    assert not drives.on_network_drive(tmp_path / "a")


def test_what_a_mac_says_of_its_mounts():
    said = """/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
//ana@server/school on /Volumes/school (smbfs, nodev, nosuid, mounted by ana)
map -hosts on /net (autofs, nosuid, automounted)
nas:/x on /Volumes/two (2) on nas (nfs)
nonsense"""
    assert list(drives.told_by_mount(said)) == [
        ("/", "apfs"),
        ("/Volumes/school", "smbfs"),
        ("/net", "autofs"),
        ("/Volumes/two (2) on nas", "nfs"),
    ]


@pytest.mark.parametrize(
    ("folder", "service"),
    [
        ("Documents", None),
        ("Dropbox/library", "Dropbox"),
        ("OneDrive - Riverbank School/x", "OneDrive"),
        ("OneDrive", "OneDrive"),
        ("Library/Mobile Documents/com~apple~CloudDocs", "iCloud"),
        ("Library/CloudStorage/GoogleDrive-ana@example.org/My Drive", "Google Drive"),
        ("Library/CloudStorage/Box-Box", "Box"),
        ("toolbox", None),
        ("Megan", None),
        ("old/box/library", None),
    ],
)
def test_a_folder_kept_in_step_is_known_by_its_name(tmp_path, folder, service):
    assert drives.kept_in_step_by(tmp_path / folder / "library.patrondesk") == service


def test_a_common_word_counts_only_at_home(tmp_path, monkeypatch):
    assert drives.kept_in_step_by(tmp_path / "Box" / "a.patrondesk") is None
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert drives.kept_in_step_by(tmp_path / "Box" / "a.patrondesk") == "Box"


def test_or_by_what_the_service_left_there(tmp_path, monkeypatch):
    (tmp_path / "shared" / ".stfolder").mkdir(parents=True)
    assert drives.kept_in_step_by(tmp_path / "shared" / "deep" / "a.patrondesk") == "Syncthing"
    monkeypatch.setenv("OneDriveCommercial", str(tmp_path / "work"))
    assert drives.kept_in_step_by(tmp_path / "work" / "a.patrondesk") == "OneDrive"
    assert drives.kept_in_step_by(tmp_path / "workshop" / "a.patrondesk") is None
