"""Sets PatronDesk up on this computer, then starts it, tests it or checks it: nothing but Python itself is needed.

    python3 start.py                 set up, then open a made-up school at the User Purge page
    python3 start.py test [WORDS]    set up, then run the tests (WORDS go to pytest)
    python3 start.py check           set up, then ruff, mypy and the floors (import-linter)
    python3 start.py setup           only set up

Everything lands in the folder .venv beside this file; a second start finds it ready. On Debian and Ubuntu the system's
own libraries that Qt needs are installed when they are missing and this account may do so.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "patrondesk-setup.json"
CONSTRAINTS = ROOT / "packaging" / "constraints.txt"
DEMONSTRATION = ROOT / "demonstration"
OLDEST = (3, 11)
WINDOWS = sys.platform == "win32"
LINUX = sys.platform.startswith("linux")
EXTRAS: dict[str, set[str]] = {"run": set(), "setup": {"dev", "test"}, "test": {"test"}, "check": {"dev", "test"}}

# Offscreen Qt needs the first row; a real X11 window the second. Qt's own message names only one of them.
QT_LIBRARIES = ["libegl1", "libgl1", "libxkbcommon0", "libfontconfig1", "libdbus-1-3", "libglib2.0-0"]
QT_WINDOW_LIBRARIES = [
    *["libxcb-cursor0", "libxcb-icccm4", "libxcb-image0", "libxcb-keysyms1", "libxcb-randr0", "libxcb-render-util0"],
    *["libxcb-shape0", "libxcb-xinerama0", "libxcb-xkb1", "libxkbcommon-x11-0"],
]
NO_DISPLAY = "could not connect to display"
NO_NETWORK = (
    *["connection broken", "Max retries", "ProxyError", "timed out", "getaddrinfo"],
    *["Temporary failure in name resolution", "Name or service not known", "nodename nor servname"],
)


class Impossible(Exception):
    """Set-up cannot go on: what happened, and what to do next."""


def say(text: str) -> None:
    """One line of progress, at once."""
    print(text, flush=True)


def main(words: Sequence[str]) -> int:
    """Do what the words ask; the exit code is that of the program, of pytest, or of the first check that failed."""
    verb, rest = (words[0], list(words[1:])) if words else ("run", [])
    if verb not in EXTRAS or (rest and verb != "test"):
        asked_for_help = verb in ("-h", "--help", "help")
        print(__doc__, file=sys.stdout if asked_for_help else sys.stderr)
        return 0 if asked_for_help else 2
    try:
        set_up(EXTRAS[verb])
        if verb == "test":
            return run([venv_python(), "-m", "pytest", *(rest or ["-n", "auto"])], qt="offscreen")
        if verb == "check":
            return check()
        return 0 if verb == "setup" else demonstrate()
    except Impossible as trouble:
        print(f"\n{trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


# ---------------------------------------------------------------- the environment


def set_up(extras: set[str]) -> None:
    """Make or renew .venv so that it has what pyproject.toml and the constraints say; nothing is done when it has."""
    done_for, had = read_stamp()
    inputs = fingerprint()
    if done_for == inputs and had >= extras and works(venv_python()):
        return
    make_venv()
    install(had | extras)
    compile_bytecode()
    if LINUX:
        ensure_qt("offscreen")
    STAMP.write_text(json.dumps({"inputs": inputs, "extras": sorted(had | extras)}), encoding="utf-8")
    say("The environment is ready.")


def read_stamp() -> tuple[str, set[str]]:
    """What the last complete set-up was made from, and its extras; empty where there was none."""
    try:
        found = json.loads(STAMP.read_text(encoding="utf-8"))
        return str(found["inputs"]), set(found["extras"])
    except (OSError, ValueError, KeyError, TypeError):
        return "", set()


def fingerprint() -> str:
    """Changes when the dependencies, the pins, this Python, or the place of this folder change."""
    import tomllib  # Python 3.11: an older one must get as far as its own message

    rules = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    parts = [rules["project"], rules["build-system"], CONSTRAINTS.read_text(encoding="utf-8")]
    facts = [platform.python_version(), platform.machine(), str(ROOT)]
    return hashlib.sha256(json.dumps([parts, facts], sort_keys=True).encode()).hexdigest()


def venv_python() -> str:
    """The interpreter inside .venv."""
    return str(VENV / ("Scripts/python.exe" if WINDOWS else "bin/python"))


def works(python: str) -> bool:
    """Whether an interpreter starts, is this version of Python, and has pip."""
    ask = "import pip, sys; print(*sys.version_info[:2])"
    try:
        answer = subprocess.run([python, "-c", ask], capture_output=True, text=True, env=plain_environment(), check=False)
    except OSError:
        return False
    return answer.stdout.split() == [str(part) for part in sys.version_info[:2]]


def plain_environment() -> dict[str, str]:
    """The environment without what would lead a child to another Python's packages."""
    return {key: value for key, value in os.environ.items() if key not in ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV")}


def make_venv() -> None:
    """Make .venv where it is missing, broken or of another Python."""
    if works(venv_python()):
        say("Bringing the environment up to date...")
        return
    say("Making the environment (once, about a minute)...")
    base: str = getattr(sys, "_base_executable", "") or sys.executable
    if not can_make_venv(base):
        # One question to the system's installer for everything that is known to be needed.
        apt_install(["python3-venv", *missing_libraries()], "Python's own venv module")
        if not can_make_venv(base):
            versioned = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
            apt_install([versioned], "Python's own venv module")
    if VENV.exists():
        shutil.rmtree(VENV)
    made = subprocess.run([base, "-m", "venv", str(VENV)], capture_output=True, text=True, env=plain_environment(), check=False)
    if made.returncode:
        raise Impossible(f"The folder {VENV} could not be made.\n{last_lines(made.stdout + made.stderr)}")


def can_make_venv(python: str) -> bool:
    """Whether an interpreter has venv and ensurepip: Debian keeps them in a package of their own."""
    return subprocess.run([python, "-c", "import venv, ensurepip"], capture_output=True, check=False).returncode == 0


def install(extras: set[str]) -> None:
    """Install the pinned dependencies and the project itself, editable, with the lines of pip that show how far it is."""
    project = "." + (f"[{','.join(sorted(extras))}]" if extras else "")
    command = [venv_python(), "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off"]
    command += ["-c", str(CONSTRAINTS.relative_to(ROOT)), "-e", project]
    lines: list[str] = []
    with subprocess.Popen(
        command, cwd=ROOT, env=plain_environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as pip:
        for line in pip.stdout or ():
            lines.append(line)
            if line.strip().startswith("Downloading ") and "MB)" in line:
                say(f"  {line.strip()}")
            elif line.startswith("Installing collected packages"):
                say(f"  Installing {line.count(',') + 1} packages...")
    if pip.returncode:
        told = "".join(lines)
        if "CERTIFICATE_VERIFY_FAILED" in told:
            raise Impossible(
                "The packages cannot be fetched: something on the way, such as the school's web filter, shows a certificate that "
                "this computer does not know.\nAsk who manages the network for the filter's certificate file, and say where it "
                "is: PIP_CERT=FILE, then run the same command again."
            )
        if any(sign in told for sign in NO_NETWORK):
            raise Impossible(
                "The packages cannot be fetched: the network, or the package index that pip uses, does not answer.\n"
                "Connect this computer (or set the proxy or index in pip's own settings) and run the same command again: "
                "it goes on where it stopped."
            )
        raise Impossible(f"pip could not install the packages. Its last words:\n{last_lines(told)}")


def compile_bytecode() -> None:
    """Compile everything once: where bytecode is not written on import, every start would take seconds longer."""
    say("  Compiling...")
    folders = [str(VENV), str(ROOT / "patrondesk")]
    command = [venv_python(), "-m", "compileall", "-q", "-j", "0", *folders]
    environment = {key: value for key, value in plain_environment().items() if key != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run(command, capture_output=True, env=environment, check=False)  # some packages carry templates that are no Python


def last_lines(text: str) -> str:
    """The end of what a tool said, indented."""
    return "\n".join(f"  {line}" for line in text.strip().splitlines()[-12:])


# ---------------------------------------------------------------- Qt and the system's libraries


def has_screen() -> bool:
    """Whether a window can be shown here: on Linux, whether the session names a screen."""
    return not LINUX or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def ensure_qt(platform_name: str) -> bool:
    """Start Qt once in a child; install what the system lacks. False where only the screen does not answer. Raises Impossible."""
    trouble = qt_trouble(platform_name)
    if trouble and NO_DISPLAY not in trouble:
        apt_install(missing_libraries() or QT_LIBRARIES + QT_WINDOW_LIBRARIES, "libraries that Qt needs")
        trouble = qt_trouble(platform_name)
    if trouble and NO_DISPLAY not in trouble:
        raise Impossible(f"Qt does not start on this computer. Its last words:\n{last_lines(trouble)}")
    return not trouble


def qt_trouble(platform_name: str) -> str:
    """What Qt says when it cannot start: nothing when it can. `screen` lets Qt choose as the program will."""
    environment = plain_environment()
    if platform_name == "offscreen":
        environment["QT_QPA_PLATFORM"] = "offscreen"
    start = [venv_python(), "-c", "from PySide6.QtWidgets import QApplication; QApplication([])"]
    tried = subprocess.run(start, capture_output=True, text=True, errors="replace", env=environment, check=False)
    return (tried.stderr.strip() or f"exit code {tried.returncode}") if tried.returncode else ""


def missing_libraries() -> list[str]:
    """Which of Qt's libraries Debian's list of installed packages lacks; none on a system without such a list."""
    wanted = QT_LIBRARIES + (QT_WINDOW_LIBRARIES if has_screen() else [])
    if not shutil.which("dpkg-query"):
        return []
    query = ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *wanted]
    listed = subprocess.run(query, capture_output=True, text=True, check=False).stdout.splitlines()
    return [name for name in wanted if f"{name} installed" not in listed]


def apt_install(packages: Sequence[str], why: str) -> None:
    """Install Debian packages as root or through sudo without a password; else say the line to run. Raises Impossible."""
    names = " ".join(packages)
    if not LINUX or not shutil.which("apt-get"):
        raise Impossible(
            f"This computer lacks {why}. Install them with the system's own installer, then run the same command again.\n"
            f"On Debian they are called: {names}"
        )
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    by_hand = f"sudo apt-get update && sudo apt-get install -y {names}"
    if root and (not shutil.which("sudo") or subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode):
        raise Impossible(f"This computer lacks {why}. Run this line, then the same command again:\n\n  {by_hand}")
    say(f"Installing {why} with apt-get: {names}")
    apt = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qy"]
    subprocess.run([*apt, "update"], capture_output=True, check=False)
    done = subprocess.run(
        [*apt, "install", "--no-install-recommends", *packages], capture_output=True, text=True, errors="replace", check=False
    )
    if done.returncode:
        raise Impossible(
            f"apt-get could not install {why}. Its last words:\n{last_lines(done.stdout + done.stderr)}\n"
            f"Run this line yourself, then the same command again:\n\n  {by_hand}"
        )


# ---------------------------------------------------------------- what it is for


def run(command: Sequence[str], qt: str = "") -> int:
    """Run a command in the project's folder, with a Qt platform where one is named; its exit code, 128 + n for a signal."""
    environment = plain_environment()
    if qt:
        environment["QT_QPA_PLATFORM"] = qt
    code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    return 128 - code if code < 0 else code


def check() -> int:
    """Every rule of pyproject.toml; all are run, so that one reading shows all there is to mend."""
    scripts = Path(venv_python()).parent
    failed = []
    for name, command in {
        "ruff": [venv_python(), "-m", "ruff", "check", "."],
        "mypy": [venv_python(), "-m", "mypy"],
        "import-linter": [str(scripts / "lint-imports"), "--no-logo"],
    }.items():
        say(f"== {name}")
        if run(command):
            failed.append(name)
    say(f"Failed: {', '.join(failed)}." if failed else "All checks pass.")
    return 1 if failed else 0


def demonstrate() -> int:
    """The program on its main job: a window where there is a screen, else pictures of that window at work."""
    if has_screen() and (not LINUX or ensure_qt("screen")):
        say("Opening a made-up school at the User Purge page...")
        return run([venv_python(), "-m", "patrondesk", "demo"])
    say("No screen answers here: driving the real window offscreen...")
    code = run([venv_python(), "-m", "patrondesk", "demo", "--offscreen", str(DEMONSTRATION)], qt="offscreen")
    if code == 0:
        say(f"Pictures and spreadsheet are in {DEMONSTRATION}")
    return code


def newer_python() -> str:
    """Another interpreter on this computer that is new enough; nothing where there is none."""
    return next((found for minor in (14, 13, 12, 11) if (found := shutil.which(f"python3.{minor}"))), "")


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # a console without our letters must not stop us
    if sys.version_info < OLDEST:
        better = newer_python()
        if better:
            sys.exit(subprocess.run([better, *sys.argv], check=False).returncode)
        sys.exit(
            f"PatronDesk needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is {platform.python_version()}.\n"
            "Install a newer one (python.org, or the system's own installer), then run this command with it."
        )
    sys.exit(main(sys.argv[1:]))
