"""Notes, files and pictures of a patron: kept, changed by whom they may be, handed out as they came, removed without a trace."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from patrondesk.errors import NotFound, NotPermitted, Unusable, WrongUsage
from patrondesk.models.patron import PatronAttachment, PatronChange, PatronNote
from patrondesk.records.staff import Permission
from patrondesk.services import attachments, candidates, notes, portraits
from patrondesk.services.patron_details import read_details
from tests.builders import building


@pytest.fixture
def patron(office):
    """Somebody to write about."""
    with building(office) as school:
        return school.patron()


def as_other(office, patron, *permissions):
    """A second person at the desk."""
    with building(office) as school:
        other = school.patron(enabled=True)
        staff = school.staff(other, "assistant")
    return office.signed_in(replace(office.actor, id=other, staff_id=staff, permissions=frozenset(permissions)))


def test_a_note_is_written_changed_and_removed(office, patron):
    key = notes.add_note(office, patron, "  Likes owls.\r\nAnd maps. ")
    (note,) = read_details(office, patron).note_lines
    assert (note.id, note.text, note.author, note.own) == (key, "Likes owls.\nAnd maps.", office.actor.name, True)
    assert not notes.change_note(office, key, "Likes owls.\nAnd maps.")
    version = read_details(office, patron).version
    assert notes.change_note(office, key, "Likes bats.")
    assert read_details(office, patron).version == version + 1
    assert read_details(office, patron).notes == ("Likes bats.",)
    notes.remove_note(office, key)
    assert read_details(office, patron).notes == ()
    with office.database.read() as session:
        assert session.scalars(sa.select(PatronChange)).all() == [], "what a note said is not kept beside it"
    assert [line.words for line in read_details(office, patron).history] == ["A note removed", "A note changed", "A note added"]
    for call in (lambda: notes.remove_note(office, key), lambda: notes.change_note(office, key, "x")):
        with pytest.raises(NotFound):
            call()


def test_a_note_is_changed_by_its_author_or_with_the_right_to_edit(office, patron):
    own = notes.add_note(office, patron, "mine")
    looker = as_other(office, patron, Permission.VIEW_PATRONS)
    with pytest.raises(NotPermitted):
        notes.change_note(looker, own, "yours")
    with pytest.raises(NotPermitted):
        notes.remove_note(looker, own)
    with pytest.raises(NotPermitted):
        notes.add_note(looker, patron, "new")
    with office.database.write() as session:
        session.execute(sa.update(PatronNote).values(author_id=looker.actor.staff_id))
    assert notes.change_note(looker, own, "really mine")
    assert notes.change_note(office, own, "edited by who may")
    assert not read_details(office, patron).note_lines[0].own


@pytest.mark.parametrize("text", ["", " \n ", "x" * (notes.LONGEST + 1)])
def test_a_note_says_something_but_not_too_much(office, patron, text):
    with pytest.raises(WrongUsage):
        notes.add_note(office, patron, text)


def test_a_file_comes_out_as_it_went_in(office, patron, tmp_path):
    content = bytes(range(256)) * 40
    path = tmp_path / "Letter home.PDF"
    path.write_bytes(content)
    key = attachments.attach(office, patron, path.name, attachments.read_file(path))
    (kept,) = read_details(office, patron).attachments
    assert (kept.id, kept.name, kept.media_type, kept.size, kept.author) == (
        key, "Letter home.PDF", "application/pdf", len(content), office.actor.name,
    )  # fmt: skip
    assert attachments.read_attachment(office, key) == ("Letter home.PDF", content)
    assert attachments.save_copy(content, tmp_path / "copy").read_bytes() == content
    attachments.detach(office, key)
    assert read_details(office, patron).attachments == ()
    with pytest.raises(NotFound):
        attachments.read_attachment(office, key)
    with office.database.read() as session:
        assert session.scalars(sa.select(PatronAttachment)).all() == []


def test_a_file_that_is_empty_too_large_or_gone_is_refused(office, patron, tmp_path, monkeypatch):
    with pytest.raises(WrongUsage):
        attachments.attach(office, patron, "a.txt", b"")
    with pytest.raises(Unusable):
        attachments.read_file(tmp_path / "gone.pdf")
    with pytest.raises(Unusable):
        attachments.save_copy(b"x", tmp_path / "nowhere" / "copy")
    monkeypatch.setattr(attachments, "LARGEST", 3)
    (tmp_path / "large").write_bytes(b"1234")
    for call in (
        lambda: attachments.attach(office, patron, "a", b"1234"), lambda: attachments.read_file(tmp_path / "large"),
    ):  # fmt: skip
        with pytest.raises(WrongUsage):
            call()
    assert attachments.attach(office, patron, "a", b"123")


@pytest.mark.parametrize(
    ("name", "plain", "kind"),
    [
        ("../../etc/passwd", "passwd", attachments.OTHER),
        ("C:\\Users\\x\\run.exe", "run.exe", attachments.OTHER),
        ('what?<is>"this"*.html', "what__is__this__.html", "text/html"),
        ("..", "file", attachments.OTHER),
        ("a" * 300 + ".pdf", "a" * 251 + ".pdf", "application/pdf"),
        ("Ma\u0304ori.txt", "Māori.txt", "text/plain"),
        ("tab\there.txt\n", "tab_here.txt_", attachments.OTHER),
    ],
)
def test_names_are_bare_and_kinds_come_from_a_table_of_our_own(name, plain, kind):
    assert attachments.plain_name(name) == plain
    assert attachments.media_type(plain) == kind


@given(st.text(max_size=400))
def test_every_name_becomes_one_that_a_folder_takes(name):
    plain = attachments.plain_name(name)
    assert 1 <= len(plain) <= 255
    assert not set(plain) & set('<>:"/\\|?*\x00\n')
    assert plain not in (".", "..")


def png(width, height, junk=0):
    """A whole PNG of one colour, with some bytes after it."""
    rows = zlib.compress(b"".join(b"\x00" + b"\x80" * 3 * width for _ in range(height)))

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"") + b"\x00" * junk


def jpeg(width, height):
    """The beginning of a JPEG, as far as its size."""
    comment = b"\xff\xfe" + struct.pack(">H", 6) + b"owls"
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 17, 8, height, width, 3) + bytes(9)
    return b"\xff\xd8" + comment + frame + b"\xff\xd9"


def test_a_picture_is_set_replaced_and_removed(office, patron):
    portraits.set_portrait(office, patron, png(64, 64))
    assert candidates.portraits(office, [patron]) == {patron: ("image/png", png(64, 64))}
    portraits.set_portrait(office, patron, jpeg(256, 256))
    assert candidates.portraits(office, [patron]) == {patron: ("image/jpeg", jpeg(256, 256))}
    version = read_details(office, patron).version
    assert portraits.remove_portrait(office, patron)
    assert not portraits.remove_portrait(office, patron)
    assert read_details(office, patron).version == version + 1
    assert candidates.portraits(office, [patron]) == {}


@pytest.mark.parametrize(
    "image",
    [b"", b"<svg/>", b"GIF89a", png(64, 65), png(257, 257), png(64, 64, portraits.HEAVIEST), jpeg(300, 300), jpeg(0, 0),
     png(64, 64)[:20], b"\xff\xd8\xff"],
)  # fmt: skip
def test_what_is_no_small_square_picture_is_refused(office, patron, image):
    with pytest.raises(WrongUsage):
        portraits.set_portrait(office, patron, image)
    assert candidates.portraits(office, [patron]) == {}


@given(st.binary(max_size=60).map(lambda tail: b"\xff\xd8\xff" + tail))
def test_measuring_never_fails(image):
    measured = portraits.measure(image)
    assert measured is None or measured[0] == "image/jpeg"


def test_all_of_it_needs_the_right_to_edit(office, patron):
    key = attachments.attach(office, patron, "a.txt", b"x")
    looker = as_other(office, patron, Permission.VIEW_PATRONS)
    assert attachments.read_attachment(looker, key) == ("a.txt", b"x")
    for call in (
        lambda: attachments.attach(looker, patron, "a", b"x"), lambda: attachments.detach(looker, key),
        lambda: portraits.set_portrait(looker, patron, png(8, 8)), lambda: portraits.remove_portrait(looker, patron),
    ):  # fmt: skip
        with pytest.raises(NotPermitted):
            call()
