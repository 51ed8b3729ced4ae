"""The window's ways in: for a person, for the demonstration, for tests from outside, for the self-test."""

from patrondesk.ui.main.demonstration import demonstrate
from patrondesk.ui.main.opening import open_window, run, run_demo
from patrondesk.ui.main.self_test import self_test

__all__ = ["demonstrate", "open_window", "run", "run_demo", "self_test"]
