"""What the services' tests get beside the office."""

from __future__ import annotations

from pathlib import Path

import pytest

from patrondesk.services.office import Office
from tests.services.inbox import Inbox


@pytest.fixture
def inbox(office: Office, tmp_path: Path) -> Inbox:
    """Brings files into the fresh library."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    return Inbox(office, folder)
