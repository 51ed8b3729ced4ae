"""The visual language: themes, fonts, icons, buttons, forms, banners, dialogs, tables, sidebar, the runner."""

from __future__ import annotations

import dataclasses
import gc
import threading
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QAccessible, QColor, QFont, QFontMetricsF, QImage
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QVBoxLayout, QWidget

from patrondesk.errors import Busy
from patrondesk.ui.shell import (
    banner,
    buttons,
    changes,
    chips,
    dialogs,
    errors,
    fonts,
    forms,
    icons,
    paint,
    portraits,
    tables,
    text,
    theme,
)
from patrondesk.ui.shell.focus import Ring
from patrondesk.ui.shell.places import PLACES
from patrondesk.ui.shell.prefs import Prefs
from patrondesk.ui.shell.runner import Runner
from patrondesk.ui.shell.sidebar import RAIL, Sidebar
from patrondesk.ui.shell.tokens import THEMES, Tokens


@pytest.fixture(autouse=True)
def _look(qapp):
    theme.apply(qapp, "light")
    yield
    theme.apply(qapp, "light")


@pytest.fixture
def page(qtbot):
    whole = QWidget()
    QVBoxLayout(whole)
    whole.resize(900, 600)
    qtbot.addWidget(whole)
    return whole


def axis(widget: QWidget) -> float:
    return widget.font().variableAxisValue(QFont.Tag("wght"))


def luminance(colour: str) -> float:
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in QColor(colour).getRgbF()[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, two: str) -> float:
    high, low = sorted((luminance(one), luminance(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize(
    ("ink", "ground", "least"),
    [
        ("text", "surface", 4.5), ("text2", "window", 4.5), ("text2", "sidebar", 4.5), ("text3", "surface", 4.5),
        ("text3", "tagged", 4.5), ("accent", "surface", 4.5), ("accent", "tagged", 4.5), ("on_accent", "accent_fill", 4.5),
        ("soft_text", "soft", 4.5), ("danger", "danger_soft", 4.5), ("on_danger", "danger_fill", 4.5), ("warn", "warn_soft", 4.5),
        ("ok", "ok_soft", 4.5), ("info", "info_soft", 4.5), ("text2", "neutral_soft", 4.5), ("strong", "surface", 3),
        ("strong", "window", 3), ("focus", "surface", 3), ("focus", "tagged", 3), ("disabled", "surface", 3),
    ],
)  # fmt: skip
def test_every_pair_of_colours_is_readable(name, ink, ground, least):
    tokens = THEMES[name]
    assert contrast(getattr(tokens, ink), getattr(tokens, ground)) >= least


@pytest.mark.parametrize("name", THEMES)
def test_initials_are_readable_on_every_tint(name):
    assert all(contrast(ink, ground) >= 4.5 for ground, ink in THEMES[name].tints)


def test_tokens_are_colours():
    for tokens in THEMES.values():
        for field in dataclasses.fields(Tokens):
            value = getattr(tokens, field.name)
            if isinstance(value, str) and field.name != "name":
                assert QColor(value).isValid(), field.name


def test_sizes_are_those_of_the_design():
    assert (theme.row_height(), theme.row_height(True), theme.head_height(), theme.control_height()) == (42, 32, 34, 34)


def test_fields_and_buttons_are_34_high_and_grow_with_the_text(qapp, page):
    made = [buttons.button("Save", "main"), forms.line("Name"), buttons.icon_button("next", "Next page")]
    for widget in made:
        page.layout().addWidget(widget)
    page.show()
    assert {widget.height() for widget in made} == {34}
    theme.apply(qapp, "light", 130)
    page.layout().activate()
    assert all(widget.sizeHint().height() > 34 for widget in made)
    assert made[0].font().pixelSize() == 18


def test_a_weight_is_a_true_cut_and_figures_have_one_width(qapp):
    assert fonts.family() == "Inter"
    wide = [QFontMetricsF(fonts.font(14, weight)).horizontalAdvance("Purge checked patrons") for weight in (400, 500, 600, 700)]
    assert wide == sorted(wide)
    assert len(set(wide)) == 4
    figures = QFontMetricsF(fonts.font(14, 400))
    assert figures.horizontalAdvance("1111") == figures.horizontalAdvance("0000")


def test_a_button_keeps_its_cut_through_show_kind_and_theme(qapp, page):
    made = buttons.button("Save", "ordinary")
    page.layout().addWidget(made)
    page.show()
    weight = partial(axis, made)
    assert weight() == 500
    made.set_kind("main")
    assert weight() == 600
    theme.apply(qapp, "dark")
    assert weight() == 600


def test_every_icon_of_ours_exists_and_is_drawn_in_its_colour(qapp):
    assert icons.missing() == []
    for name in icons.NAMES:
        picture = icons.pixmap(name, 16, "danger", 2.0)
        assert picture.width() == 32
        image = picture.toImage()
        inked = [image.pixelColor(x, y) for x in range(32) for y in range(32) if image.pixelColor(x, y).alpha() > 250]
        assert inked, name
        assert inked[0].name() == theme.current().danger.lower()
    with pytest.raises(KeyError):
        icons.pixmap("unheard of")


def test_changing_the_theme_repaints_what_is_painted(qapp, qtbot, page):
    made = buttons.button("Preview...", icon="preview")
    page.layout().addWidget(made)
    page.show()
    before = made.grab().toImage()
    with qtbot.waitSignal(theme.look().changed):
        theme.apply(qapp, "contrast")
    after = made.grab().toImage()
    assert before != after
    assert qapp.palette().color(qapp.palette().ColorRole.Window).name() == "#000000"
    assert QLineEdit().palette().color(qapp.palette().ColorRole.PlaceholderText).name() == theme.current().text3.lower()


def test_an_unknown_theme_is_refused(qapp):
    with pytest.raises(KeyError):
        theme.apply(qapp, "sepia")


def test_the_ring_follows_the_keyboard_and_not_the_mouse(qtbot, page):
    one, two = buttons.button("One"), buttons.button("Two")
    page.layout().addWidget(one)
    page.layout().addWidget(two)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    qtbot.mouseClick(one, Qt.MouseButton.LeftButton)
    assert [ring for ring in page.findChildren(Ring) if ring.isVisible()] == []
    qtbot.keyClick(one, Qt.Key.Key_Tab)
    assert two.hasFocus()
    (ring,) = (ring for ring in page.findChildren(Ring) if ring.isVisible())
    assert ring.geometry() == two.geometry().adjusted(-4, -4, 4, 4)
    two.hide()  # the focus goes on to the other, and the ring with it
    qtbot.waitUntil(lambda: ring.geometry() == one.geometry().adjusted(-4, -4, 4, 4))
    page.setFocus()
    one.clearFocus()
    assert not ring.isVisible()


def test_enter_presses_the_focused_button_only(qtbot, page):
    made, pressed = buttons.button("Save", "main"), []
    made.clicked.connect(lambda: pressed.append(1))
    page.layout().addWidget(made)
    page.show()
    qtbot.keyClick(made, Qt.Key.Key_Return)
    made.setEnabled(False)
    qtbot.keyClick(made, Qt.Key.Key_Return)
    assert pressed == [1]


def test_a_button_without_words_has_a_name():
    made = buttons.icon_button("next", "Next page", "purge_next")
    assert (made.accessibleName(), made.toolTip(), made.objectName()) == ("Next page", "Next page", "purge_next")


def test_from_some_a_press_tags_all_and_from_all_none(qtbot):
    box = chips.TagBox()
    qtbot.addWidget(box)
    box.show()
    box.setCheckState(Qt.CheckState.PartiallyChecked)
    qtbot.keyClick(box, Qt.Key.Key_Space)
    assert box.checkState() == Qt.CheckState.Checked
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert box.checkState() == Qt.CheckState.Unchecked
    box.rest(True)
    qtbot.keyClick(box, Qt.Key.Key_Space)
    assert box.checkState() == Qt.CheckState.Unchecked
    assert box.state == paint.TagState.RESTING


def test_a_chip_is_as_wide_as_its_words(qtbot):
    chip = chips.Chip(paint.ChipText("amber", "2 on loan", "loan"))
    qtbot.addWidget(chip)
    assert chip.sizeHint().height() == 22
    short = chip.sizeHint().width()
    chip.show_chip(paint.ChipText("amber", "12 on loan", "loan"))
    assert chip.sizeHint().width() > short
    assert chip.accessibleName() == "12 on loan"


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Jovanović, Miloš", "MJ"), ("李雨桐 (Li Yutong)", "李"), ("Madonna", "M"), ("", "?"), ("Nguyễn Thị Mai Anh", "NA")],
)
def test_initials(name, letters):
    assert portraits.initials(name) == letters


def test_a_portrait_shows_a_picture_and_survives_a_broken_one(qapp):
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect width="10" height="10" fill="#ff0000"/></svg>'
    assert portraits.portrait(1, "A", 30, svg).toImage().pixelColor(15, 15).name() == "#ff0000"
    plain = portraits.portrait(1, "A", 30).toImage()
    assert portraits.portrait(1, "A", 30, b"not a picture").toImage() == plain
    assert portraits.portrait(2, "A", 30).toImage() != plain
    assert portraits.portrait(1, "A", 30, ratio=2.0).width() == 60


def test_a_field_has_label_buddy_name_and_error(qtbot, page):
    field = forms.Field("Due date", forms.line(), "due", unit="days", hint="Such as 14.")
    page.layout().addWidget(field)
    page.show()
    assert field.control.accessibleName() == "Due date, days"
    assert any(label.buddy() is field.control for label in field.findChildren(QLabel))
    field.show_error("31 February does not exist. Use a date such as 28/02/2027.")
    assert field.error.startswith("31 February")
    assert field.control.accessibleDescription() == field.error
    assert page.focusWidget() is field.control
    field.show_error("")
    assert field.error == ""
    assert field.control.accessibleDescription() == "Such as 14."


def test_the_eye_shows_what_is_typed(qtbot, page):
    field = forms.secret_field("Password", "pw")
    page.layout().addWidget(field)
    page.show()
    eye = field.findChild(QAbstractButton, "pw_show")
    assert field.control.echoMode() == QLineEdit.EchoMode.Password
    qtbot.keyClick(eye, Qt.Key.Key_Space)
    assert field.control.echoMode() == QLineEdit.EchoMode.Normal
    assert eye.accessibleName() == "Hide password"


def test_a_sentence_reads_without_its_marks_and_wraps(qtbot, page):
    said = text.Sentence("You can undo this until **3 January 2027**, in full.")
    page.layout().addWidget(said)
    page.show()
    assert said.text() == said.accessibleName() == "You can undo this until 3 January 2027, in full."
    assert said.heightForWidth(120) > said.heightForWidth(900)


def test_a_banner_pushes_down_speaks_and_closes(qtbot, page):
    under = QLabel("table")
    made = banner.Banner("done", "23 patrons purged, 1 refused.", "Undo is possible until 3 January 2027.")
    page.layout().addWidget(made)
    page.layout().addWidget(under, 1)
    page.show()
    page.layout().activate()
    assert made.geometry().bottom() < under.geometry().top()
    assert made.accessibleName() == "23 patrons purged, 1 refused. Undo is possible until 3 January 2027."
    with qtbot.waitSignal(made.closed):
        qtbot.mouseClick(made.close_button, Qt.MouseButton.LeftButton)
    assert not made.isVisible()


def test_progress_says_time_left_only_after_three_seconds(qtbot, page, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(banner.time, "monotonic", lambda: now[0])
    made = banner.ProgressBanner("Purging 24 patrons.", "Stop keeps what is done.")
    page.layout().addWidget(made)
    now[0] += 2
    made.show_progress("Purging 24 patrons. 12 are done.", 12, 24)
    assert not [label for label in made.findChildren(QLabel) if "left" in label.text()]
    now[0] += 2
    made.show_progress("Purging 24 patrons. 12 are done.", 12, 24)
    assert [label.text() for label in made.findChildren(QLabel) if "left" in label.text()] == ["about 4 seconds left"]
    with qtbot.waitSignal(made.stop_asked):
        qtbot.mouseClick(made.stop_button, Qt.MouseButton.LeftButton)
    assert not made.stop_button.isEnabled()


def test_a_dialog_dims_its_window_and_escape_cancels(qtbot, page):
    page.show()
    made = dialogs.ask(page, "Delete", "Delete the job for good?", "Its past runs stay.", "Delete the job", "danger")
    made.open()
    qtbot.waitUntil(made.isVisible)
    veil = page.findChild(QWidget, "veil")
    assert veil.geometry() == page.rect()
    assert made.focusWidget().objectName() == "ask_cancel"
    with qtbot.waitSignal(made.rejected):
        qtbot.keyClick(made, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: page.findChild(QWidget, "veil") is None)


def test_a_dialog_is_never_taller_than_the_screen_less_80(qtbot, page):
    page.show()
    made = dialogs.Dialog(page, "Long", dialogs.NARROW)
    for number in range(100):
        made.body.addWidget(QLabel(f"line {number}"))
    made.open()
    assert made.height() - 28 <= page.screen().availableGeometry().height() - 80
    made.reject()


def test_a_dialog_grows_with_its_body(qtbot, page):
    page.show()
    made = dialogs.Dialog(page, "Grows", dialogs.NARROW)
    field = forms.Field("Date", forms.line())
    made.body.addWidget(field)
    made.open()
    before = made.height()
    field.show_error("31 February does not exist. Use a date such as 28/02/2027.")
    qtbot.waitUntil(lambda: made.height() > before)
    made.reject()


def sample():
    columns = [
        tables.Column("Patron", lambda r: r[0], 200, second=lambda r: r[1], link=True),
        tables.Column("Owes", lambda r: r[2], 90, tables.RIGHT, spoken=lambda r: f"owes {r[2]}" if r[2] else ""),
    ]
    view, model = tables.table("Patrons", columns, "sample")
    model.show_records([("Hernández, Lucía", "lhernan01", ""), ("Ihaka, Wiremu", "wihaka08", "$18.50")])
    return view, model


def test_a_table_goes_cell_to_cell_and_enter_opens(qtbot, page):
    view, model = sample()
    page.layout().addWidget(view)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    view.clearFocus()
    view.setFocus(Qt.FocusReason.TabFocusReason)
    assert (view.currentIndex().row(), view.currentIndex().column()) == (0, 0)
    assert view.rings(model.index(0, 0))
    qtbot.keyClick(view, Qt.Key.Key_Down)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert (view.currentIndex().row(), view.currentIndex().column()) == (1, 1)
    with qtbot.waitSignal(view.entered_cell) as got:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert got.args[0].row() == 1
    assert view.rowHeight(0) == 42
    assert view.horizontalHeader().height() == 34


def test_a_click_opens_a_link_and_shows_no_ring(qtbot, page):
    view, model = sample()
    page.layout().addWidget(view)
    page.show()
    with qtbot.waitSignal(view.entered_cell):
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(model.index(1, 0)).center())
    assert not view.rings(model.index(1, 0))
    with qtbot.assertNotEmitted(view.entered_cell):
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(model.index(1, 1)).center())


def test_cells_are_spoken_in_full(qtmodeltester):
    view, model = sample()
    spoken = [model.index(row, column).data(Qt.ItemDataRole.AccessibleTextRole) for row in (0, 1) for column in (0, 1)]
    assert spoken == ["Link, Hernández, Lucía, lhernan01", "none", "Link, Ihaka, Wiremu, wihaka08", "owes $18.50"]
    qtmodeltester.check(model)
    view.deleteLater()


def test_the_sidebar_says_where_to_go(qtbot):
    side = Sidebar()
    qtbot.addWidget(side)
    side.resize(208, 700)
    side.show()
    for place in PLACES:
        item = side.findChild(QAbstractButton, f"nav_{place.word}")
        assert item.isCheckable()
        assert item.accessibleName() == place.title
        with qtbot.waitSignal(side.place_chosen) as got:
            qtbot.mouseClick(item, Qt.MouseButton.LeftButton)
        assert got.args == [place.word]
        assert item.isChecked()
    with qtbot.waitSignal(side.lock_asked):
        qtbot.mouseClick(side.lock_button, Qt.MouseButton.LeftButton)
    side.show_number("purge", 187)
    assert side.findChild(QAbstractButton, "nav_purge").accessibleName() == "User Purge, 187 waiting"


def test_the_sidebar_becomes_a_rail_with_tool_tips_and_hides_places(qtbot):
    side = Sidebar()
    qtbot.addWidget(side)
    side.show()
    side.set_narrow(True)
    purge = side.findChild(QAbstractButton, "nav_purge")
    assert (side.width(), purge.toolTip()) == (RAIL, "User Purge")
    side.set_narrow(False)
    assert (side.width(), purge.toolTip()) == (208, "")
    side.show_places(("home", "purge"))
    assert [place.word for place in PLACES if side.findChild(QAbstractButton, f"nav_{place.word}").isVisible()] == [
        "home",
        "purge",
    ]


def test_focusable_controls_have_names(qtbot):
    side = Sidebar()
    qtbot.addWidget(side)
    for widget in side.findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            assert QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name), widget.objectName()


def test_prefs_are_kept_and_nonsense_is_the_default(tmp_path: Path):
    kept = Prefs(tmp_path)
    kept.theme, kept.text_size, kept.page_size, kept.compact = "dark", 115, 100, True
    kept.set_username("school.patrondesk", "mokafor")
    kept.save()
    again = Prefs(tmp_path)
    assert (again.theme, again.text_size, again.page_size, again.compact) == ("dark", 115, 100, True)
    assert again.username("school.patrondesk") == "mokafor"
    assert again.username("another") == ""
    again.theme, again.page_size = "sepia", 7
    assert (again.theme, again.page_size) == ("system", 50)


def test_a_change_touches_what_it_names(qtbot):
    told, heard = changes.Changes(), []
    told.changed.connect(heard.append)
    told.tell("patrons", "loans", initiator=told)
    assert heard[0].touches("loans", "fines")
    assert not heard[0].touches("fines")
    assert heard[0].initiator is told


@pytest.fixture
def runner(qtbot):
    made = Runner()
    yield made
    assert made.close(5000)
    assert gc.isenabled()


def test_an_answer_comes_on_the_windows_thread(qtbot, runner):
    got = []
    runner.ask("page", lambda: threading.get_ident(), lambda worker: got.append((worker, threading.get_ident())))
    qtbot.waitUntil(lambda: bool(got))
    worker, here = got[0]
    assert worker != here == threading.get_ident()
    assert runner.idle


def test_the_older_answer_is_dropped(qtbot, runner):
    gate, got = threading.Event(), []

    def slow() -> str:
        gate.wait(5)
        return "old"

    runner.ask("page", slow, got.append)
    runner.ask("page", lambda: "new", got.append)
    qtbot.waitUntil(lambda: got == ["new"])
    gate.set()
    qtbot.waitUntil(lambda: runner.idle)
    assert got == ["new"]


def test_a_failure_travels_as_an_object(qtbot, runner):
    failed, loose = [], []
    runner.unhandled.connect(loose.append)

    def refuse() -> None:
        raise Busy("Another run is under way.", "Wait for it.")

    runner.do(refuse, lambda _: None, failed.append)
    runner.do(refuse, lambda _: None)
    qtbot.waitUntil(lambda: bool(failed) and bool(loose))
    assert isinstance(failed[0], Busy)
    assert loose[0].next_step == "Wait for it."


def test_changes_are_made_one_after_another(qtbot, runner):
    inside, most, done = [0], [0], []

    def change() -> None:
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        inside[0] -= 1

    for _ in range(20):
        runner.do(change, lambda _: done.append(1))
    qtbot.waitUntil(lambda: len(done) == 20)
    assert most == [1]


def test_long_work_says_how_far_it_is_and_stops(qtbot, runner):
    steps, result = [], []
    going = threading.Event()

    def work(ticket):
        done = 0
        while not ticket.stopping:
            done += 1
            ticket.progress(done, 0)
            going.wait(0.01)
        return "stopped"

    ticket = runner.long(work, steps.append, result.append)
    qtbot.waitUntil(lambda: len(steps) >= 3)
    ticket.stop()
    qtbot.waitUntil(lambda: result == ["stopped"])
    assert [step.done for step in steps] == list(range(1, len(steps) + 1))


def test_closing_stops_tickets_and_waits(qtbot):
    made, ended, answers = Runner(), threading.Event(), []

    def work(ticket):
        while not ticket.stopping:
            threading.Event().wait(0.005)
        ended.set()

    made.long(work, answers.append, answers.append)
    assert made.close(5000)
    assert ended.is_set()
    made.do(lambda: answers.append("late"), answers.append)
    QApplication.sendPostedEvents(made, QEvent.Type.MetaCall.value)
    assert answers == []


def test_garbage_is_collected_by_a_timer_on_this_thread(runner):
    assert not gc.isenabled()


def test_a_foreseen_failure_shows_its_next_step(qtbot, page):
    page.show()
    made = errors.as_dialog(page, Busy("Another run is under way.", "Wait for it, then try again."))
    made.open()
    said = " ".join(label.text() for label in made.findChildren(QLabel))
    assert "Another run is under way." in said
    assert "Wait for it" in said
    made.reject()
    assert errors.as_banner(Busy("Another run is under way.", "Wait.")).accessibleName() == "Another run is under way. Wait."


def test_a_bug_is_shown_without_what_it_says(qtbot, page):
    page.show()
    try:
        raise ValueError("Hernández, Lucía")
    except ValueError as fault:
        made = errors.as_dialog(page, fault)
    made.open()
    qtbot.mouseClick(made.findChild(QAbstractButton, "bug_copy"), Qt.MouseButton.LeftButton)
    copied = QApplication.clipboard().text()
    assert "ValueError" in copied
    assert "test_shell.py" in copied
    assert "Hernández" not in copied
    made.reject()


def test_a_tag_box_looks_different_in_every_state(qapp):
    for name in THEMES:
        theme.apply(qapp, name)
        seen = []
        for state in paint.TagState:
            image = QImage(46, 42, QImage.Format.Format_ARGB32)
            image.fill(theme.current().colour("surface"))
            painter = paint.QPainter(image)
            paint.tag_box(painter, paint.QRectF(0, 0, 46, 42), state)
            painter.end()
            assert all(image != other for other in seen), (name, state)
            seen.append(image)
