"""`[[maintenance]]`: each read by its keys, then what only several of them can get wrong."""

from collections.abc import Collection
from datetime import timedelta
from fnmatch import fnmatchcase

from healthcheckd.config.documents import Entry
from healthcheckd.config.faults import suggest
from healthcheckd.config.keys import MAINTENANCE
from healthcheckd.config.reading import Fields, Reader
from healthcheckd.domain.cron import Cadence, spacing
from healthcheckd.domain.durations import format_duration
from healthcheckd.settings import MaintenanceSettings


def read_maintenance(
    entries: list[Entry], gateways: Collection[str], reader: Reader
) -> tuple[MaintenanceSettings, ...]:
    """Those that can be used, in the order of the file. `gateways` are all names that are written."""
    found: dict[str, MaintenanceSettings] = {}
    for entry in entries:
        reader.require(entry, MAINTENANCE)
        fields = reader.fields(entry.body, MAINTENANCE)
        _check_end(entry, fields, reader)
        _check_reach(entry, fields, gateways, reader)
        name = str(fields.get("name", ""))
        if name in found:
            where = entry.body["name"]
            other = f"is the name of another maintenance: {found[name].origin}"
            reader.faults.add(where.origin, where.name, name, other)
        elif {"name", "at", "lasts"} <= fields.keys():
            found[name] = MaintenanceSettings(**fields, origin=entry.origin)  # type: ignore[arg-type]
    return tuple(found.values())


def _check_end(entry: Entry, fields: Fields, reader: Reader) -> None:
    """A window that lasts until the next one begins would never end, and nothing would ever be told."""
    at, lasts = fields.get("at"), fields.get("lasts")
    if isinstance(at, Cadence) and isinstance(lasts, timedelta) and lasts >= spacing(at):
        where, between = entry.body["lasts"], format_duration(spacing(at))
        reader.faults.add(where.origin, where.name, where.value, f"would never end: it begins again after {between}")


def _check_reach(entry: Entry, fields: Fields, gateways: Collection[str], reader: Reader) -> None:
    """A gateway that no name fits, and an account without its gateway, would leave the window without effect."""
    for pattern in _stated(fields, "gateways"):
        if not any(fnmatchcase(name, pattern) for name in gateways):
            where = entry.body["gateways"]
            hint = suggest(pattern, sorted(gateways))
            reader.faults.add(where.origin, where.name, where.value, f"there is no gateway called {pattern}", hint)
    for pattern in _stated(fields, "accounts"):
        if "/" not in pattern:
            where = entry.body["accounts"]
            message = f'must name accounts as GATEWAY/SESSION, such as "*/{pattern}"'
            reader.faults.add(where.origin, where.name, where.value, message)


def _stated(fields: Fields, key: str) -> tuple[str, ...]:
    stated = fields.get(key, ())
    return stated if isinstance(stated, tuple) else ()
