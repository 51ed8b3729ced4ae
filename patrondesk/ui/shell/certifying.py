"""The way to a certificate in the window: it is issued off the window's thread, and opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from patrondesk.records.ids import BatchId
from patrondesk.records.staff import Actor, Permission
from patrondesk.services.office import Office
from patrondesk.ui.shell import errors
from patrondesk.ui.shell.offers import missing_right
from patrondesk.ui.shell.runner import Runner

if TYPE_CHECKING:
    from patrondesk.records.certificates import Issued

BUTTON = "Certificate..."


def why_not(actor: Actor | None) -> str:
    """Why this person may not issue certificates; empty where they may."""
    return missing_right(actor, Permission.REPORTS, "make reports and certificates")


def open_certificate(parent: QWidget, office: Office, runner: Runner, batch_id: BatchId) -> None:
    """Issues a certificate, and opens it over `parent` if that is still there."""
    gone: list[bool] = []
    parent.destroyed.connect(lambda: gone.append(True))

    def issue() -> Issued:
        # Asked for rarely, so the start of the program does not wait for it.
        from patrondesk.services import certificates

        return certificates.issue(office, batch_id)

    def done(issued: Issued) -> None:
        from patrondesk.ui.shell.certificate_dialog import CertificateDialog

        if not gone:
            CertificateDialog(parent, issued, runner).open()

    def failed(fault: Exception) -> None:
        if not gone:
            errors.as_dialog(parent, fault).open()

    runner.do(issue, done, failed)
