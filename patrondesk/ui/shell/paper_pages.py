"""Papers as Qt lays them out: a document to be read, a page to be printed, a PDF. Always ink on white, whatever the look."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QSizeF
from PySide6.QtGui import (
    QFont,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPdfWriter,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)

from patrondesk.exporters import html_page
from patrondesk.records.papers import Paper
from patrondesk.ui.shell import fonts

MARGIN_MM = 14.0
_SCALES = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7)
_PDF_DPI = 300


def document(paper: Paper, scale: float = 1.0) -> QTextDocument:
    """The paper's page in our font, its semi-bold parts in their true cut."""
    made = _empty()
    _write(made, paper, scale)
    return made


def _empty() -> QTextDocument:
    made = QTextDocument()
    made.setDefaultFont(QFont(fonts.family()))
    made.setDocumentMargin(0)
    return made


def _write(made: QTextDocument, paper: Paper, scale: float) -> None:
    made.setHtml(html_page.render(paper, scale))
    made.setMetaInformation(QTextDocument.MetaInformation.DocumentTitle, paper.title)
    # A style sheet cannot reach the font's weight axis: it would smear what is to be semi-bold.
    for start, length in _heavy(made):
        cursor = QTextCursor(made)
        cursor.setPosition(start)
        cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
        look = QTextCharFormat(cursor.charFormat())
        font = QFont(look.font())
        font.setWeight(QFont.Weight.Normal)
        font.setVariableAxis(QFont.Tag("wght"), float(fonts.SEMIBOLD))
        look.setFont(font)
        cursor.setCharFormat(look)


def _heavy(made: QTextDocument) -> list[tuple[int, int]]:
    found = []
    block = made.begin()
    while block.isValid():
        part = block.begin()
        while not part.atEnd():
            fragment = part.fragment()
            if fragment.charFormat().fontWeight() >= QFont.Weight.DemiBold:
                found.append((fragment.position(), fragment.length()))
            part += 1
        block = block.next()
    return found


def fitted(paper: Paper, device: QPagedPaintDevice) -> QTextDocument:
    """The paper laid out for a printer or a PDF, in letters as small as it needs to stand on one page."""
    made = _empty()
    made.documentLayout().setPaintDevice(device)
    for scale in _SCALES:
        _write(made, paper, scale)
        made.setPageSize(QSizeF(device.width(), device.height()))
        if made.pageCount() == 1:
            break
    return made


def set_up(device: QPagedPaintDevice) -> None:
    """An upright A4 page with our margins."""
    device.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    device.setPageOrientation(QPageLayout.Orientation.Portrait)
    device.setPageMargins(QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM), QPageLayout.Unit.Millimeter)


def pdf(paper: Paper) -> bytes:
    """The paper as a PDF file's content."""
    content = QByteArray()
    stream = QBuffer(content)
    stream.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(stream)
    writer.setResolution(_PDF_DPI)
    writer.setTitle(paper.title)
    writer.setCreator("PatronDesk")
    set_up(writer)
    fitted(paper, writer).print_(writer)
    stream.close()
    return bytes(content.data())
