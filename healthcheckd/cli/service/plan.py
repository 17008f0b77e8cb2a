"""What has to be done to have the service, and to have it no longer. Pure: nothing is done here."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from healthcheckd.cli.service.owners import ROOT, Owner
from healthcheckd.cli.service.steps import Folder, Link, Remove, Run, Step, Write

UNIT = "healthcheckd.service"
SYSUSERS = "healthcheckd.sysusers.conf"
CONFIGURATION = Path("/etc/healthcheckd")
DATA = (Path("/var/lib/healthcheckd"), Path("/var/log/healthcheckd"))
COMMAND = Path("/usr/local/bin/healthcheck")

_UNIT_FILE = Path("/etc/systemd/system") / UNIT
_USERS_FILE = Path("/etc/sysusers.d/healthcheckd.conf")
_OURS = Owner("root", "healthcheckd")
_EXEC = re.compile(r"^ExecStart=\S+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Given:
    """What is installed: the shipped texts, the configuration in use with its secrets, the program, and the steps that
    place it where it is not in place yet."""

    unit: str
    sysusers: str
    configuration: str
    secrets: str
    program: Path
    root: Path
    place: Sequence[Step] = ()

    @property
    def live(self) -> bool:
        """The machine that we run on, and not a tree that will be another one."""
        return self.root == Path("/")


def install(given: Given) -> list[Step]:
    return [*given.place, *_users(given), *_files(given), *_start(given)]


def uninstall(root: Path, program: Path | None, *, purge: bool) -> list[Step]:
    """The configuration and the data stay, unless they are to be purged; so does a program that others put there."""
    live = root == Path("/")
    steps: list[Step] = [Run(("systemctl", "disable", "--now", UNIT))] if live else []
    ours = (_UNIT_FILE, _UNIT_FILE.with_name(f"{UNIT}.d"), _wanted(), _USERS_FILE, COMMAND)
    steps += [Remove(path) for path in ours]
    if program is not None:
        steps.append(Remove(program))
    if purge:
        steps += [Remove(path) for path in (CONFIGURATION, *DATA)]
    if live:
        steps.append(Run(("systemctl", "daemon-reload")))
        steps += [Run(("userdel", "healthcheckd"))] if purge else []
    return steps


def unit_of(text: str, program: Path) -> str:
    """The shipped unit with the true program."""
    return _EXEC.sub(f"ExecStart={program}", text)


def _users(given: Given) -> Iterator[Step]:
    yield Write(_USERS_FILE, given.sysusers, 0o644, ROOT, f"systemd/{SYSUSERS}")
    tree = () if given.live else (f"--root={given.root}",)
    yield Run(("systemd-sysusers", *tree, "healthcheckd.conf"))


def _files(given: Given) -> Iterator[Step]:
    yield Folder(CONFIGURATION, 0o750, _OURS)
    file, secrets = CONFIGURATION / "healthcheckd.toml", CONFIGURATION / "healthcheckd.env"
    yield Write(file, given.configuration, 0o640, _OURS, "healthcheckd.toml", once=True)
    yield Write(secrets, given.secrets, 0o600, ROOT, ".env", once=True)
    yield Write(_UNIT_FILE, unit_of(given.unit, given.program), 0o644, ROOT, f"systemd/{UNIT}")
    yield Link(COMMAND, given.program.with_name("healthcheck"))


def _start(given: Given) -> Iterator[Step]:
    """`systemctl start` returns when the daemon said that it is ready."""
    if given.live:
        yield Run(("systemctl", "daemon-reload"))
        yield Run(("systemctl", "enable", UNIT))
        yield Run(("systemctl", "restart", UNIT))
    else:
        yield Link(_wanted(), _UNIT_FILE)


def _wanted() -> Path:
    return Path("/etc/systemd/system/multi-user.target.wants") / UNIT
