"""How the words are read: global options before and after the verb, and a usage error as one sentence."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

from patrondesk.errors import WrongUsage

if TYPE_CHECKING:
    from patrondesk.cli.desk import Desk

Handler = Callable[["Desk", argparse.Namespace], int]


class Shown(Exception):
    """Help or the version was asked for; `text` is it."""

    def __init__(self, key: str, text: str) -> None:
        super().__init__(key)
        self.key, self.text = key, text


class Grammar(argparse.ArgumentParser):
    """A parser that never writes and never exits: it raises WrongUsage or Shown."""

    def __init__(self, prog: str, **kwargs: Any) -> None:  # noqa: ANN401 - argparse's own, handed through
        super().__init__(prog, allow_abbrev=False, formatter_class=argparse.RawDescriptionHelpFormatter, **kwargs)

    def error(self, message: str) -> NoReturn:
        """A usage error in one sentence."""
        raise WrongUsage(f"These words cannot be followed: {message}.", f"See: {self.prog} --help")

    def print_help(self, file: object = None) -> None:
        """Hands the help over."""
        raise Shown("help", self.format_help())


def whole(text: str) -> int:
    """A whole number."""
    if not text.strip().lstrip("-").isdecimal():
        raise argparse.ArgumentTypeError(f"“{text}” is not a whole number")
    return int(text)


def key(text: str) -> int:
    """The number of a batch, fine, loan or reservation."""
    if not text.strip().isdecimal() or len(text.strip()) > 18:
        raise argparse.ArgumentTypeError(f"“{text}” is not one of our numbers")
    return int(text)


def day(text: str) -> dt.date:
    """An ISO date."""
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is not a date such as 2026-06-30") from None


def pair(text: str) -> tuple[str, str]:
    """FIELD=SOMETHING."""
    left, sign, right = text.partition("=")
    if not sign or not left.strip():
        raise argparse.ArgumentTypeError(f"“{text}” is not of the form FIELD=…")
    return left.strip(), right


def global_options() -> Grammar:
    """The options of every verb. They have no defaults, so that one given before the verb is not undone after it."""
    options = Grammar("patrondesk", add_help=False, argument_default=argparse.SUPPRESS)
    group = options.add_argument_group("options of every command")
    group.add_argument("--database", metavar="PATH", help="the library file, or postgresql+psycopg://… (PATRONDESK_DATABASE)")
    group.add_argument(
        "--staff", metavar="USERNAME", help="who is at the desk (PATRONDESK_STAFF; password in PATRONDESK_PASSWORD)"
    )
    group.add_argument("--library", metavar="NAME", help="which library, in a database of several")
    group.add_argument("--json", action="store_true", help="answer with one JSON document")
    group.add_argument("--quiet", action="store_true", help="no progress and no remarks")
    return options


class Verbs:
    """Adds verbs to a level of the grammar."""

    def __init__(self, parser: Grammar, title: str = "commands") -> None:
        self._common = global_options()
        self._subs = parser.add_subparsers(title=title, metavar="COMMAND", parser_class=Grammar)

    def add(self, name: str, does: str, handler: Handler | None = None, description: str | None = None) -> Grammar:
        """A verb, done by `handler`; without one it is a noun that gets verbs of its own."""
        told = description or f"{does[0].upper()}{does[1:]}."
        parser = self._subs.add_parser(name, help=does, description=told, parents=[self._common])
        parser.set_defaults(handler=handler or _unfinished(parser.prog))
        return parser

    def noun(self, name: str, does: str) -> Verbs:
        """A noun and its verbs."""
        return Verbs(self.add(name, does))

    def coming(self, name: str, instead: str) -> None:
        """A verb of a later version: refused in a sentence. `instead`: what can be done today."""
        parser = self._subs.add_parser(name, add_help=False, parents=[self._common])
        parser.add_argument("rest", nargs=argparse.REMAINDER)
        parser.set_defaults(handler=_not_there(parser.prog, instead))


def not_there_yet(what: str, instead: str) -> WrongUsage:
    """The refusal of something that a later version brings."""
    return WrongUsage(f"{what} is not part of this version yet; nothing was done.", instead, "NOT_THERE_YET")


def _not_there(prog: str, instead: str) -> Handler:
    def refuse(_desk: Desk, _args: argparse.Namespace) -> int:
        raise not_there_yet(f"“{prog}”", instead)

    return refuse


def _unfinished(prog: str) -> Handler:
    def refuse(_desk: Desk, _args: argparse.Namespace) -> int:
        raise WrongUsage(f"“{prog}” needs one more word.", f"See: {prog} --help")

    return refuse
