"""Portraits: the patron's picture, or initials on one of eight tints taken from the internal key."""

from __future__ import annotations

import hashlib
import unicodedata
from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QImage, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QLabel, QWidget

from patrondesk.ui.shell import fonts, theme


def initials(name: str) -> str:
    """One or two letters for a name as it is shown: "Jovanović, Miloš" -> MJ, one character for Chinese, Japanese and Korean."""
    family, _, given = name.partition(",")
    bare = [word for word in (given.split() + family.split() if given else family.split()) if word and word[0].isalpha()]
    if not bare:
        return "?"
    first = unicodedata.normalize("NFC", bare[0])[0]
    if any(word in unicodedata.name(first, "") for word in ("CJK", "HANGUL", "HIRAGANA", "KATAKANA")):
        return first
    second = unicodedata.normalize("NFC", bare[-1])[0] if len(bare) > 1 else ""
    return (first + second).upper()


@lru_cache(maxsize=600)
def _drawn(key: int, name: str, digest: str, size: int, ratio: float, theme_name: str) -> QPixmap:
    side = round(size * ratio)
    made = QPixmap(QSize(side, side))
    made.fill(Qt.GlobalColor.transparent)
    made.setDevicePixelRatio(ratio)
    tokens = theme.current()
    painter = QPainter(made)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    area, radius = QRectF(0, 0, size, size), size * 0.24
    path = QPainterPath()
    path.addRoundedRect(area, radius, radius)
    painter.setClipPath(path)
    if not (digest and _picture(painter, area, _images[digest])):
        ground, ink = tokens.tints[key % len(tokens.tints)]
        painter.fillRect(area, ground)
        letters = fonts.font(fonts.SMALL, fonts.SEMIBOLD)
        letters.setPixelSize(max(9, round(size * 0.4)))
        letters.setStyleStrategy(QFont.StyleStrategy.PreferAntialias)
        painter.setFont(letters)
        painter.setPen(ink)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, initials(name))
    painter.setClipping(False)
    painter.setPen(QPen(tokens.colour("line" if not tokens.dark else "neutral_line"), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    painter.end()
    return made


_images: dict[str, bytes] = {}


def _picture(painter: QPainter, area: QRectF, content: bytes) -> bool:
    if b"<svg" in content[:600].lower():
        renderer = QSvgRenderer(QByteArray(content))
        if renderer.isValid():
            renderer.setAspectRatioMode(Qt.AspectRatioMode.KeepAspectRatioByExpanding)
            renderer.render(painter, area)
            return True
        return False
    image = QImage.fromData(QByteArray(content))
    if image.isNull():
        return False
    side = min(image.width(), image.height())
    source = QRectF((image.width() - side) / 2, 0 if image.height() > image.width() else (image.height() - side) / 2, side, side)
    painter.drawImage(area, image, source)
    return True


def portrait(key: int, name: str, size: int = 30, content: bytes | None = None, ratio: float = 1.0) -> QPixmap:
    """A cached portrait of `size` logical pixels. `content` is SVG, PNG or JPEG; what cannot be read falls back to initials."""
    digest = ""
    if content:
        digest = hashlib.blake2b(content, digest_size=12).hexdigest()
        if digest not in _images and len(_images) > 500:
            forget()
        _images.setdefault(digest, content)
    return _drawn(key, name, digest, size, ratio, f"{theme.current().name}/{fonts.scale()}")


def forget() -> None:
    """Drops every cached portrait: after a purge, and when another library is opened."""
    _drawn.cache_clear()
    _images.clear()


class Portrait(QLabel):
    """A portrait as a widget; decorative, since the name is beside it."""

    def __init__(self, key: int, name: str, size: int = 52, content: bytes | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._of = (key, name, size, content)
        self.setFixedSize(size, size)
        self._draw()
        theme.look().changed.connect(self._draw)

    def show_person(self, key: int, name: str, content: bytes | None = None) -> None:
        """Shows somebody else at the same size."""
        self._of = (key, name, self._of[2], content)
        self._draw()

    def _draw(self) -> None:
        key, name, size, content = self._of
        self.setPixmap(portrait(key, name, size, content, self.devicePixelRatioF()))
