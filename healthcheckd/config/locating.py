"""Where the configuration is, and which paths it implies."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from healthcheckd.config.trust import current_folder, distrust, distrust_unless_of, exists, owned

NAME = "healthcheckd.toml"
SYSTEM = Path("/etc/healthcheckd")
SYSTEM_STATE = Path("/var/lib/healthcheckd")
SYSTEM_RUNTIME = Path("/run/healthcheckd")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that is there; `ignored` says why it does not count all the same."""

    path: Path
    ignored: str = ""


def locate(explicit: Path | None, environ: Mapping[str, str]) -> Path | None:
    """What was asked for, whether it exists or not; else the first of the usual places that has one."""
    named = str(explicit or "") or environ.get("HEALTHCHECKD_CONFIG", "")
    if named:
        return absolute(Path(named).expanduser())
    return next((place.path for place in candidates(environ) if not place.ignored), None)


def places(environ: Mapping[str, str]) -> tuple[Path, Path, Path]:
    """The usual places: the current folder, the user's, the system's."""
    return current_folder() / NAME, user_folder(environ, "XDG_CONFIG_HOME", ".config") / NAME, SYSTEM / NAME


def candidates(environ: Mapping[str, str]) -> Iterator[Candidate]:
    """What stands in the usual places. Those outside the group may not look into the system's folder."""
    here, users, systems = places(environ)
    if here not in (users, systems) and exists(here):
        yield Candidate(here, distrust(here))
    if exists(users):
        yield Candidate(users)
    if exists(systems, hidden=True):
        yield Candidate(systems)


def dotenvs(path: Path | None) -> list[Candidate]:
    """The `.env` files, the weakest first: the current folder's, then the one beside the configuration.

    A system configuration does not listen to the folder that somebody happens to be in.
    """
    here, beside = current_folder() / ".env", path.parent / ".env" if path else None
    found = []
    if here != beside and not (path and is_system(path)):
        found.append(Candidate(here, distrust(here)))
    if path and beside:
        found.append(Candidate(beside, distrust_unless_of(beside, {_owner(path), 0, os.geteuid()})))
    return [place for place in found if exists(place.path)]


def default_paths(path: Path | None, environ: Mapping[str, str]) -> tuple[Path, Path]:
    """Database and control socket where none is configured: the same for daemon and CLI, whatever started them."""
    if path and is_system(path):
        return SYSTEM_STATE / "healthcheckd.db", SYSTEM_RUNTIME / "control.sock"
    state = user_folder(environ, "XDG_STATE_HOME", ".local/state")
    runtime = Path(environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.geteuid()}")
    sockets = runtime / "healthcheckd" if owned(runtime) else state
    return state / "healthcheckd.db", sockets / "control.sock"


def is_system(path: Path) -> bool:
    return SYSTEM in absolute(path).parents


def user_folder(environ: Mapping[str, str], variable: str, below_home: str) -> Path:
    """Ours among the user's own folders, by the XDG rules."""
    return Path(environ.get(variable) or _home(environ) / below_home) / "healthcheckd"


def _home(environ: Mapping[str, str]) -> Path:
    """The current folder for a user whom this system does not know, as in a container that is given a number."""
    try:
        return Path(environ.get("HOME") or Path.home())
    except RuntimeError:
        return current_folder()


def _owner(path: Path) -> int:
    """Root where there is nothing to own."""
    try:
        return path.stat().st_uid
    except OSError:
        return 0


def absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100  # resolves "..", but follows no link
