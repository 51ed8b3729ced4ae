"""The kept pictures: three screens in three themes look as they did. `python -m tests.pictures.renew` renews them."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from patrondesk.ui.shell import theme
from tests.pictures import screens

TOLERATED = 0.003
"""Another version of Qt or FreeType draws the edges of letters a little differently; a moved or recoloured control is more."""


@pytest.fixture(scope="module")
def made(qapp):
    with screens.school() as office:
        yield screens.render(qapp, office)
    theme.apply(qapp, "light")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems smooth letters in their own way")
@pytest.mark.parametrize("theme_name", screens.THEMES)
@pytest.mark.parametrize("screen", ["components", "purge", "confirm"])
def test_a_screen_looks_as_it_did(made, screen, theme_name, tmp_path):
    if QApplication.platformName() != "offscreen":
        pytest.skip("pictures are kept of the offscreen platform")
    name = f"{screen}-{theme_name}"
    kept = QImage(str(screens.KEPT / f"{name}.png"))
    assert not kept.isNull(), f"no picture is kept of {name}"
    part = screens.different(made[name], kept)
    if part > TOLERATED:
        made[name].save(str(tmp_path / f"{name}.png"))
    assert part <= TOLERATED, f"{part:.2%} of {name} looks different; see {tmp_path}"


def test_all_that_is_kept_is_compared_and_small(made):
    files = sorted(screens.KEPT.glob("*.png"))
    assert {file.stem for file in files} == made.keys()
    assert sum(file.stat().st_size for file in files) < 2**20


def test_a_recoloured_button_would_be_seen(made):
    picture = made["purge-light"]
    other = picture.copy()
    painter = QPainter(other)
    painter.fillRect(800, 640, 150, 34, QColor("#274F96"))
    painter.end()
    assert screens.different(picture, other) > TOLERATED
    assert screens.different(picture, picture) == 0
