"""Notes, files, the picture, blocks and the role in the details: by real keys and clicks."""

from __future__ import annotations

import datetime as dt

import pytest
from PySide6.QtCore import QBuffer, QIODevice, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage, QImageReader
from PySide6.QtWidgets import QFileDialog, QLineEdit, QPlainTextEdit

from patrondesk.errors import Unusable
from patrondesk.services import attachments, candidates, portraits
from patrondesk.services.patron_details import read_details
from patrondesk.ui.screens.patrons import pictures
from patrondesk.ui.screens.patrons.crop_dialog import CropDialog
from patrondesk.ui.shell import theme
from tests.ui.details import LEFT, Shown, press, said
from tests.ui.school import button, here, is_shown, open_school, shown

K = Qt.Key


@pytest.fixture
def school(qapp, sqlite_template, tmp_path):
    theme.apply(qapp, "light")
    made = open_school(sqlite_template, tmp_path)
    yield made
    made.office.database.close()


@pytest.fixture
def wiremu(school):
    return school.patron("Ihaka", "Wiremu", "wihaka08", barcode="P020447")


@pytest.fixture
def page(qtbot, school):
    made = Shown(qtbot, school.office)
    yield made
    assert made.runner.close()


def now(school, patron):
    return read_details(school.office, patron)


def test_a_note_is_written_changed_and_removed(qtbot, school, page, wiremu):
    page.go(wiremu)
    page.show_section("notes")
    assert "No notes." in said(page.notes)
    qtbot.mouseClick(button(page, "details_add_note"), LEFT)
    asked = shown(page, "note_dialog")
    qtbot.mouseClick(button(asked, "note_accept"), LEFT)
    assert "Write something, or cancel." in said(asked)
    qtbot.keyClicks(shown(asked, "note_text", QPlainTextEdit), "Likes owls.")
    qtbot.mouseClick(button(asked, "note_accept"), LEFT)
    qtbot.waitUntil(lambda: page.runner.idle and "Likes owls." in said(page.notes))
    (note,) = now(school, wiremu).note_lines
    assert "The note is saved." in said(page)
    assert button(page, "details_notes").accessibleName() == "Notes and files, 1"
    qtbot.mouseClick(button(page, f"note_change_{note.id}"), LEFT)
    asked = shown(page, "note_dialog")
    line = shown(asked, "note_text", QPlainTextEdit)
    assert line.toPlainText() == "Likes owls."
    line.selectAll()
    qtbot.keyClicks(line, "Likes bats.")
    qtbot.mouseClick(button(asked, "note_accept"), LEFT)
    qtbot.waitUntil(lambda: page.runner.idle and "Likes bats." in said(page.notes))
    qtbot.mouseClick(button(page, f"note_remove_{note.id}"), LEFT)
    asked = shown(page, "note_remove_dialog")
    assert "“Likes bats.”" in said(asked)
    qtbot.mouseClick(button(asked, "ask_accept"), LEFT)
    qtbot.waitUntil(lambda: page.runner.idle and "No notes." in said(page.notes))
    assert now(school, wiremu).notes == ()


def test_a_file_is_attached_a_copy_saved_and_the_file_removed(qtbot, school, page, wiremu, tmp_path):
    (tmp_path / "Letter home.pdf").write_bytes(b"%PDF " * 1000)
    page.go(wiremu)
    page.show_section("notes")
    qtbot.mouseClick(button(page, "details_attach"), LEFT)
    dialog = shown(page, "details_read_dialog", QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "Letter home.pdf"))
    dialog.reject()
    qtbot.waitUntil(lambda: page.runner.idle and is_shown("details_files_table"))
    (file,) = now(school, wiremu).attachments
    assert (file.name, file.media_type, file.size) == ("Letter home.pdf", "application/pdf", 5000)
    table = shown(page, "details_files_table")
    model = table.model()
    assert [model.index(0, column).data() for column in (0, 2, 3)] == ["Letter home.pdf", "5 KB", "Save a copy..."]
    assert model.index(0, 3).data(Qt.ItemDataRole.AccessibleTextRole) == "Link, save a copy of Letter home.pdf"
    table.setFocus()
    table.setCurrentIndex(model.index(0, 3))
    qtbot.keyClick(table, K.Key_Return)
    dialog = shown(page, "details_write_dialog", QFileDialog)
    assert dialog.selectedFiles()[0].endswith("Letter home.pdf")
    dialog.fileSelected.emit(str(tmp_path / "copy.pdf"))
    dialog.reject()
    qtbot.waitUntil(lambda: page.runner.idle and "A copy is saved as “copy.pdf”." in said(page))
    assert (tmp_path / "copy.pdf").read_bytes() == b"%PDF " * 1000
    table.setCurrentIndex(model.index(0, 4))
    qtbot.keyClick(table, K.Key_Return)
    qtbot.mouseClick(button(shown(page, "detach_dialog"), "ask_accept"), LEFT)
    qtbot.waitUntil(lambda: page.runner.idle and "No files." in said(page.notes))
    assert now(school, wiremu).attachments == ()


def test_a_file_that_is_too_large_is_refused_in_words(qtbot, school, page, wiremu, tmp_path, monkeypatch):
    monkeypatch.setattr(attachments, "LARGEST", 10)
    (tmp_path / "film.mov").write_bytes(b"x" * 11)
    page.go(wiremu)
    page.show_section("notes")
    qtbot.mouseClick(button(page, "details_attach"), LEFT)
    dialog = shown(page, "details_read_dialog", QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "film.mov"))
    dialog.reject()
    qtbot.waitUntil(lambda: page.runner.idle and "The file is larger than 10 MB." in said(page))


def photo(width, height):
    """White, with a red square of a third of its height in the upper left corner."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    for x in range(height // 3):
        for y in range(height // 3):
            image.setPixelColor(x, y, QColor("red"))
    return image


@pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing)", extend=True)
def test_a_picture_is_chosen_cropped_with_the_keys_and_removed(qtbot, school, page, wiremu, tmp_path):
    photo(300, 120).save(str(tmp_path / "face.png"))
    page.go(wiremu)
    picture = button(page, "details_picture")
    assert picture.accessibleName() == "Picture of Ihaka, Wiremu: choose another or remove it..."
    picture.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(picture, K.Key_Return)
    menu = shown(page, "details_picture_menu")
    assert [action.isEnabled() for action in menu.actions()] == [True, False]
    menu.actions()[0].trigger()
    menu.close()
    dialog = shown(page, "details_read_dialog", QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "face.png"))
    dialog.reject()
    asked = shown(page, "crop_dialog")
    view = shown(asked, "crop_view")
    assert here() is view
    for _ in range(40):
        qtbot.keyClick(view, K.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    for _ in range(60):
        qtbot.keyClick(view, K.Key_Minus)
    for _ in range(60):
        qtbot.keyClick(view, K.Key_Up)
        qtbot.keyClick(view, K.Key_Left)
    assert view.square.topLeft() == QPoint(0, 0)
    qtbot.mouseClick(button(asked, "crop_accept"), LEFT)
    qtbot.waitUntil(lambda: page.runner.idle and "Wiremu has a new picture." in said(page))
    kind, content = candidates.portraits(school.office, [wiremu])[wiremu]
    kept = QImage.fromData(content)
    assert kind == "image/jpeg"
    assert kept.width() == kept.height() == view.square.width() <= portraits.SIDE
    middle = kept.pixelColor(kept.width() // 3, kept.height() // 3)
    assert middle.red() > 200
    assert middle.green() < 80, "what is kept is the corner that was chosen"
    page._with_view(page._belongings.remove_picture)
    qtbot.mouseClick(button(shown(page, "picture_remove_dialog"), "ask_accept"), LEFT)
    qtbot.waitUntil(lambda: page.runner.idle and "The picture is removed." in said(page))
    assert candidates.portraits(school.office, [wiremu]) == {}


def test_the_square_is_moved_and_sized_with_the_mouse_and_stays_inside(qtbot, page, wiremu):
    page.go(wiremu)
    dialog = CropDialog(page, "Ihaka, Wiremu", wiremu, photo(200, 400))
    dialog.open()
    view = shown(dialog, "crop_view")
    assert view.square == QRect(0, 50, 200, 200), "of a tall picture the part where a face is"
    qtbot.mouseClick(button(dialog, "crop_smaller"), LEFT)
    assert view.square.width() == 190
    start = QPoint(20, 100)
    qtbot.mousePress(view, LEFT, pos=start)
    qtbot.mouseMove(view, start + QPoint(0, 900))
    qtbot.mouseRelease(view, LEFT, pos=start + QPoint(0, 900))
    assert view.square.bottom() == 399
    assert view.square.width() == 190
    for _ in range(30):
        qtbot.mouseClick(button(dialog, "crop_larger"), LEFT)
    assert view.square.width() == 200
    qtbot.keyClick(view, K.Key_Home)
    assert view.square == QRect(0, 50, 200, 200)
    dialog.reject()


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp", "bmp"])
def test_every_kind_of_picture_is_read_and_made_small(qapp, tmp_path, kind):
    file = tmp_path / f"face.{kind}"
    assert photo(900, 700).save(str(file))
    image = pictures.read_picture(file)
    content = pictures.ready(image, pictures.middle(image))
    assert len(content) <= portraits.HEAVIEST
    assert portraits.measure(content) == ("image/jpeg", 256, 256)


def test_a_noisy_picture_is_made_small_enough_too(qapp):
    image = QImage(400, 400, QImage.Format.Format_RGB32)
    for x in range(400):
        for y in range(400):
            image.setPixel(x, y, (x * 7919 + y * 104729 + x * y * 31) & 0xFFFFFF)
    assert len(pictures.ready(image, image.rect())) <= portraits.HEAVIEST


def test_a_large_photograph_is_read_smaller_and_the_right_way_up(qapp, tmp_path):
    file = tmp_path / "large.jpg"
    photo(3000, 1200).save(str(file))
    image = pictures.read_picture(file)
    assert (image.width(), image.height()) == (1600, 640)
    assert QImageReader(str(file)).size().width() == 3000


@pytest.mark.parametrize("content", [b"", b"no picture", b"GIF89a", b"\x89PNG\r\n\x1a\n broken", b"<svg xmlns='x'/>"])
def test_what_is_no_picture_is_refused_in_words(qapp, tmp_path, content):
    file = tmp_path / "face.png"
    file.write_bytes(content)
    with pytest.raises(Unusable) as raised:
        pictures.read_picture(file)
    assert "face.png" in raised.value.text
    with pytest.raises(Unusable):
        pictures.read_picture(tmp_path / "gone.png")


def test_a_see_through_ground_becomes_white(qapp):
    image = QImage(64, 64, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.ReadWrite)
    kept = QImage.fromData(pictures.ready(image, image.rect()))
    assert kept.pixelColor(5, 5).lightness() > 250


def test_a_patron_is_blocked_and_unblocked_each_with_a_comment(qtbot, school, page, wiremu):
    school.set("debt_block_limit", "10.00")
    school.fine(wiremu, 1850)
    page.go(wiremu)
    page.show_section("blocks")
    assert "Never blocked." in said(page.blocks)
    assert "Lifts by itself when $8.51 is paid or waived." in said(page.blocks)
    qtbot.mouseClick(button(page, "details_block"), LEFT)
    asked = shown(page, "block_dialog")
    qtbot.keyClicks(shown(asked, "block_until", QLineEdit), "1 Jan 2020")
    qtbot.mouseClick(button(asked, "block_accept"), LEFT)
    assert "Say why this patron is blocked." in said(asked)
    assert "That day has passed. Choose 4 Dec 2026 or a later one." in said(asked)
    shown(asked, "block_until", QLineEdit).setText("31 Jan 2027")
    qtbot.keyClicks(shown(asked, "block_comment", QLineEdit), "Three letters")
    qtbot.keyClick(shown(asked, "block_until", QLineEdit), K.Key_Return)
    qtbot.waitUntil(lambda: page.runner.idle and "“Three letters”" in said(page.side))
    (block,) = now(school, wiremu).blocks
    assert (block.comment, block.until, block.active) == ("Three letters", dt.date(2027, 1, 31), True)
    assert "Blocked" in said(page.head)
    assert not is_shown("details_block")
    qtbot.mouseClick(button(page, "details_unblock"), LEFT)
    asked = shown(page, "unblock_dialog")
    assert "The debt block stays. Owes $18.50. The limit is $10.00." in said(asked)
    qtbot.mouseClick(button(asked, "unblock_accept"), LEFT)
    assert "Say why the block is lifted." in said(asked)
    qtbot.keyClicks(shown(asked, "unblock_comment", QLineEdit), "Has answered")
    qtbot.keyClick(shown(asked, "unblock_comment", QLineEdit), K.Key_Return)
    qtbot.waitUntil(lambda: page.runner.idle and is_shown("details_block"))
    assert "Lifted: “Has answered”" in said(page.blocks)
    assert "Debt block" in said(page.head)
    assert not now(school, wiremu).blocks[0].active


def test_nobody_blocks_themselves_and_the_button_says_so(qtbot, school, page):
    page.go(school.office.actor.id)
    page.show_section("blocks")
    assert not button(page, "details_block").isEnabled()
    assert "You cannot block your own account." in button(page, "details_block").toolTip()


def test_the_role_is_said_and_leads_to_staff_and_roles(qtbot, school, page, wiremu):
    page.go(school.office.actor.id)
    page.show_section("roles")
    assert "Administrator" in said(page.roles)
    assert "Signed in last on" in said(page.roles)
    with qtbot.waitSignal(page.staff_asked):
        press(qtbot, page, "details_staff")
    page.go(wiremu)
    page.show_section("roles")
    qtbot.waitUntil(lambda: "Patron: no role in running the library." in said(page.roles))
    assert "Has never signed in." in said(page.roles)


def test_unknown_amounts_do_not_count_as_owed_but_are_told(qtbot, school, page, wiremu):
    school.set("debt_block_limit", "10.00")
    school.fine(wiremu, None)
    page.go(wiremu)
    assert "Debt block" not in said(page.side)
    school.fine(wiremu, 1000)
    page.read()
    qtbot.waitUntil(lambda: "Owes $10.00. The limit is $10.00. 1 bill of unknown amount not counted." in said(page.side))
    assert "Lifts by itself when $0.01 is paid or waived." in said(page.side)
