"""The little that a program needs to find the daemon: quick, and without touching a secret."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from healthcheckd.config.documents import Source, read
from healthcheckd.config.environment import assemble, overlay
from healthcheckd.config.faults import Faults
from healthcheckd.config.keys import TABLES
from healthcheckd.config.lines import excerpt
from healthcheckd.config.locating import absolute, default_paths, dotenvs
from healthcheckd.config.reading import Reader
from healthcheckd.config.trust import exists
from healthcheckd.domain.cron import Cadence
from healthcheckd.errors import ConfigurationError, Fault
from healthcheckd.settings import DaemonSettings, JobsSettings

_NEEDED = {"daemon": ("database",), "control": ("socket",)}
_USEFUL = {"daemon": ("time_zone",), "jobs": tuple(JobsSettings().cadences)}


@dataclass(frozen=True, slots=True)
class Paths:
    """`cadences` are every job's, by its name. `warnings` are sentences on what is wrong elsewhere and did not matter
    here."""

    database: Path
    socket: Path
    time_zone: str
    cadences: Mapping[str, Cadence] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def locate_paths(path: Path | None, environ: Mapping[str, str]) -> Paths:
    """Raises ConfigurationError when a path cannot be known: a fault in its key, a missing file, broken TOML.

    A file that this user may not read leaves the paths that its place implies, with a warning.
    """
    path = absolute(path) if path else None
    if path and not exists(path, hidden=True):
        raise ConfigurationError([Fault(str(path), "", "", "there is no such file")])
    faults, elsewhere = Faults(), Faults()
    environment = assemble((place.path for place in dotenvs(path) if not place.ignored), environ, elsewhere)
    source = read(path, faults, _cut) if path else Source()
    elsewhere += [fault for fault in faults if fault.key]
    faults = Faults(fault for fault in faults if not fault.key)
    overlay(source, environment)
    found = _read(_NEEDED, source, Reader(environment, faults))
    faults.refuse()
    useful = _read(_USEFUL, source, Reader(environment, elsewhere))
    time_zone = str(useful.pop("time_zone", DaemonSettings().time_zone))
    database, socket = default_paths(path, environ)
    return Paths(
        database=found.get("database", database),  # type: ignore[arg-type]  # parsed by its key
        socket=found.get("socket", socket),  # type: ignore[arg-type]
        time_zone=time_zone,
        cadences=JobsSettings(**useful).cadences,  # type: ignore[arg-type]
        warnings=tuple(map(str, (*source.unread, *elsewhere))),
    )


def _read(wanted: Mapping[str, tuple[str, ...]], source: Source, reader: Reader) -> dict[str, object]:
    found: dict[str, object] = {}
    for table, names in wanted.items():
        body = {name: written for name, written in source.tables.get(table, {}).items() if name in names}
        found |= reader.fields(body, TABLES[table])
    return found


def _cut(text: str) -> str:
    return excerpt(text, _NEEDED | _USEFUL)
