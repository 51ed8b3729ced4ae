"""A picture from a file, made ready to be kept: read in its right way up, cut to a square, small."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, Qt
from PySide6.QtGui import QImage, QImageReader, QImageWriter, QPainter

from patrondesk.errors import Unusable
from patrondesk.services.portraits import HEAVIEST, SIDE

FILTER = "Pictures (*.png *.jpg *.jpeg *.webp *.bmp)"
_KINDS = (b"png", b"jpeg", b"webp", b"bmp")
_LARGEST = 50 * 1024 * 1024
_SHOWN = 1600
_QUALITIES = (88, 78, 66, 50, 35, 20)


def read_picture(path: Path) -> QImage:
    """A PNG, JPEG, WebP or BMP file as an image of at most 1600 pixels a side. Raises Unusable."""
    again = "Choose a PNG, JPEG, WebP or BMP picture."
    try:
        if path.stat().st_size > _LARGEST:
            raise Unusable(f"“{path.name}” is larger than 50 MB.", "Make it smaller and try again.")
    except OSError as fault:
        raise Unusable(f"“{path.name}” cannot be read.", "Check that it is still there.") from fault
    reader = QImageReader(str(path))
    reader.setDecideFormatFromContent(True)
    # A photograph says in itself which way up it was taken.
    reader.setAutoTransform(True)
    if bytes(reader.format().data()) not in _KINDS:
        raise Unusable(f"“{path.name}” is no picture that can be read.", again)
    size = reader.size()
    if size.width() > _SHOWN or size.height() > _SHOWN:
        reader.setScaledSize(size.scaled(_SHOWN, _SHOWN, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        raise Unusable(f"“{path.name}” is damaged, or no picture that can be read.", again)
    return image


def middle(image: QImage) -> QRect:
    """The largest square of a picture: in the middle, and of a tall one towards the top, where a face is."""
    side = min(image.width(), image.height())
    left, spare = (image.width() - side) // 2, image.height() - side
    return QRect(left, spare // 4, side, side)


def ready(image: QImage, square: QRect) -> bytes:
    """That square as a JPEG of at most 256 pixels and 40 KB."""
    side = min(SIDE, square.width())
    scaled = image.copy(square).scaled(
        side, side, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    # A see-through ground becomes white: a JPEG has none.
    paper = QImage(scaled.size(), QImage.Format.Format_RGB32)
    paper.fill(Qt.GlobalColor.white)
    _draw(paper, scaled)
    content = b""
    for quality in _QUALITIES:
        content = _written(paper, quality)
        if len(content) <= HEAVIEST:
            break
    return content


def _draw(paper: QImage, image: QImage) -> None:
    painter = QPainter(paper)
    painter.drawImage(0, 0, image)
    painter.end()


def _written(image: QImage, quality: int) -> bytes:
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(b"jpeg"))
    writer.setQuality(quality)
    writer.setOptimizedWrite(True)
    writer.write(image)
    return bytes(content.data())
