"""Notes, files, picture and blocks of a patron: asked for in dialogs, then written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QImage

from patrondesk.records.patrons import Attachment, Note
from patrondesk.services import attachments, blocks, notes, portraits
from patrondesk.ui.screens.patrons import files, pictures, words
from patrondesk.ui.screens.patrons.crop_dialog import CropDialog
from patrondesk.ui.screens.patrons.doing import Doing
from patrondesk.ui.screens.patrons.notes_section import NoteDialog
from patrondesk.ui.screens.patrons.reading import DetailsView
from patrondesk.ui.screens.patrons.state_dialogs import BlockDialog, UnblockDialog
from patrondesk.ui.shell import dialogs, people, text
from patrondesk.ui.shell import portraits as drawn


class Belongings:
    """What hangs on one patron, done through a Doing."""

    def __init__(self, doing: Doing) -> None:
        self._doing = doing

    # -- notes

    def add_note(self, view: DetailsView) -> None:
        """Asks what to write."""
        doing, patron_id = self._doing, view.patron.id

        def write(said: str) -> None:
            doing.do(lambda: notes.add_note(doing.office, patron_id, said), "The note is saved.", "patrons")

        self._note(view, "", write)

    def change_note(self, view: DetailsView, note: Note) -> None:
        """Asks what to write instead."""
        doing = self._doing

        def write(said: str) -> None:
            doing.do(lambda: notes.change_note(doing.office, note.id, said), "The note is changed.", "patrons")

        self._note(view, note.text, write)

    def _note(self, view: DetailsView, present: str, write: Callable[[str], None]) -> None:
        dialog = NoteDialog(self._doing.over, view.patron.name, present, notes.LONGEST)
        dialog.written.connect(write)
        dialog.open()

    def remove_note(self, note: Note) -> None:
        """Asks before a note goes."""
        doing = self._doing
        short = f"{note.text[:120]}…" if len(note.text) > 120 else note.text
        asked = dialogs.ask(
            doing.over, "Remove a note", "Remove this note?", f"“{short}”", "Remove", name="note_remove_dialog"
        )  # fmt: skip
        asked.accepted.connect(
            lambda: doing.do(lambda: notes.remove_note(doing.office, note.id), "The note is removed.", "patrons")
        )
        asked.open()

    # -- files

    def attach(self, view: DetailsView) -> None:
        """Asks for a file and keeps it."""
        doing, patron_id = self._doing, view.patron.id

        def keep(path: Path) -> None:
            def work() -> int:
                return attachments.attach(doing.office, patron_id, path.name, attachments.read_file(path))

            doing.do(work, f"“{path.name}” is attached.", "patrons")

        files.ask_to_read(doing.over, "Attach a file", "", keep)

    def save_copy(self, file: Attachment) -> None:
        """Asks where a copy goes. It is saved, never opened."""
        doing = self._doing

        def write(path: Path) -> None:
            def work() -> Path:
                _name, content = attachments.read_attachment(doing.office, file.id)
                return attachments.save_copy(content, path)

            doing.do(work, lambda saved: f"A copy is saved as “{saved.name}”.")

        files.ask_to_write(doing.over, "Save a copy", file.name, write)

    def detach(self, file: Attachment) -> None:
        """Asks before a file goes."""
        doing = self._doing
        asked = dialogs.ask(
            doing.over, "Remove a file", f"Remove “{text.isolated(file.name)}”?", "It is not kept anywhere else here.", "Remove",
            name="detach_dialog",
        )  # fmt: skip
        asked.accepted.connect(
            lambda: doing.do(lambda: attachments.detach(doing.office, file.id), f"“{file.name}” is removed.", "patrons")
        )
        asked.open()

    # -- the picture

    def choose_picture(self, view: DetailsView) -> None:
        """Asks for a picture's file, then for the part of it that is kept."""
        doing = self._doing

        def read(path: Path) -> None:
            doing.runner.ask(
                f"picture_{id(self)}", lambda: pictures.read_picture(path), lambda image: self._crop(view, image),
                doing.failed.emit,
            )  # fmt: skip

        files.ask_to_read(doing.over, "Choose a picture", pictures.FILTER, read)

    def _crop(self, view: DetailsView, image: QImage) -> None:
        doing, patron = self._doing, view.patron

        def keep(content: bytes) -> None:
            said = f"{people.called(patron)} has a new picture."
            doing.do(lambda: portraits.set_portrait(doing.office, patron.id, content), said, "patrons")

        dialog = CropDialog(doing.over, patron.name, patron.id, image)
        dialog.cropped.connect(keep)
        dialog.open()

    def remove_picture(self, view: DetailsView) -> None:
        """Asks before the picture goes."""
        doing, patron = self._doing, view.patron

        def remove() -> None:
            drawn.forget()
            doing.do(lambda: portraits.remove_portrait(doing.office, patron.id), "The picture is removed.", "patrons")

        asked = dialogs.ask(
            doing.over, "Remove the picture", f"Remove the picture of {text.isolated(patron.name)}?",
            "Initials are shown instead.", "Remove", name="picture_remove_dialog",
        )  # fmt: skip
        asked.accepted.connect(remove)
        asked.open()

    # -- blocks

    def block(self, view: DetailsView) -> None:
        """Asks why, and until when."""
        doing, patron = self._doing, view.patron

        def write(comment: str, until: dt.date | None) -> None:
            said = f"{people.called(patron)} is blocked."
            doing.do(lambda: blocks.block(doing.office, patron.id, comment, until), said, "patrons")

        dialog = BlockDialog(doing.over, patron.name, doing.office.clock.today())
        dialog.confirmed.connect(write)
        dialog.open()

    def unblock(self, view: DetailsView) -> None:
        """Asks why."""
        doing, patron = self._doing, view.patron
        held = next((block.comment for block in patron.blocks if block.active), "")
        debt = text.plain(words.debt(view.debt)[0]) if view.debt.blocks else ""

        def write(comment: str) -> None:
            said = f"{people.called(patron)} is not blocked any more."
            doing.do(lambda: blocks.unblock(doing.office, patron.id, comment), said, "patrons")

        dialog = UnblockDialog(doing.over, patron.name, held, debt)
        dialog.confirmed.connect(write)
        dialog.open()
