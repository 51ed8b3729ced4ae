"""`jobs install-schedule`: the entry for the system's own scheduler, which asks every quarter of an hour what is due."""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from patrondesk.cli.grammar import Verbs

if TYPE_CHECKING:
    from patrondesk.cli.desk import Desk

SYSTEMS = ("cron", "systemd", "windows", "launchd")
TOKEN = "PATRONDESK_TOKEN"
_ABOUT = """Shows the entry for this computer's scheduler, with a token that lets it run what is due, and nothing else, as you.
The token is shown this once, lasts 90 days after its last use, and can be ended with: patrondesk staff revoke.
Nothing is installed: copy the entry, or hand it to whoever looks after this computer. It asks every 15 minutes;
times that were missed while the computer was off are caught up once."""


def add(noun: Verbs) -> None:
    """The verb, among those of `jobs`."""
    verb = noun.add("install-schedule", "the entry for Task Scheduler, cron, systemd or launchd", show, _ABOUT)
    verb.add_argument("--for", dest="system", choices=SYSTEMS, default=this_system(), help="which scheduler; this system's own")


def this_system() -> str:
    """The scheduler that this system has."""
    return {"win32": "windows", "darwin": "launchd"}.get(sys.platform, "cron")


def show(desk: Desk, args: argparse.Namespace) -> int:
    """Makes the token and shows the entry."""
    from patrondesk.services import tokens
    from patrondesk.services.standing_in import this_computer

    office = desk.sign_in()
    token = tokens.make_token(office, tokens.JOBS, f"{this_computer()}, scheduler")
    command = [sys.executable, "-m", "patrondesk", "--database", _address(desk), "--quiet", "jobs", "run-due"]
    entry = _entry(args.system, command, token)
    document = {"system": args.system, "command": command, "token": token, "entry": entry}
    desk.answer.give(document, [*entry.splitlines(), "", f"The token is in the entry as {TOKEN}. It is not shown again."])
    return 0


def _address(desk: Desk) -> str:
    return desk.place if "://" in desk.place else str(Path(desk.place).absolute())


def _entry(system: str, command: list[str], token: str) -> str:
    if system == "windows":
        return _windows(command, token)
    if system == "launchd":
        return _launchd(command, token)
    line = shlex.join(command)
    if system == "systemd":
        return (
            "# ~/.config/systemd/user/patrondesk.service\n"
            f"[Service]\nType=oneshot\nEnvironment={TOKEN}={token}\nExecStart={line}\n\n"
            "# ~/.config/systemd/user/patrondesk.timer\n"
            "[Timer]\nOnCalendar=*:0/15\nPersistent=true\n\n[Install]\nWantedBy=timers.target\n\n"
            "# then: systemctl --user enable --now patrondesk.timer"
        )
    # A percent sign ends a command in a crontab.
    return f"# crontab -e\n*/15 * * * * {TOKEN}={token} {line.replace('%', chr(92) + '%')}"


def _windows(command: list[str], token: str) -> str:
    """A script for PowerShell: the task runs as the person who registers it."""
    program, *words = command
    told = " ".join(f'"{word}"' if " " in word else word for word in words)
    action = f'/c "set {TOKEN}={token}&& ""{program}"" {told}"'.replace("'", "''")
    return (
        f"$do = New-ScheduledTaskAction -Execute 'cmd.exe' -Argument '{action}'\n"
        "$when = New-ScheduledTaskTrigger -Once -At (Get-Date).Date -RepetitionInterval (New-TimeSpan -Minutes 15)\n"
        "$how = New-ScheduledTaskSettingsSet -StartWhenAvailable\n"
        "Register-ScheduledTask -TaskName 'PatronDesk' -Action $do -Trigger $when -Settings $how"
    )


def _launchd(command: list[str], token: str) -> str:
    from xml.sax.saxutils import escape

    words = "".join(f"<string>{escape(word)}</string>" for word in command)
    return (
        "<!-- ~/Library/LaunchAgents/patrondesk.plist; then: launchctl load ~/Library/LaunchAgents/patrondesk.plist -->\n"
        '<?xml version="1.0" encoding="UTF-8"?>\n<plist version="1.0"><dict>'
        f"<key>Label</key><string>patrondesk</string><key>ProgramArguments</key><array>{words}</array>"
        f"<key>EnvironmentVariables</key><dict><key>{TOKEN}</key><string>{token}</string></dict>"
        "<key>StartInterval</key><integer>900</integer></dict></plist>"
    )
