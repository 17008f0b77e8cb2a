"""The settings in force as TOML-like text: secrets masked, defaults commented out."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import timedelta
from pathlib import Path

from healthcheckd.config.durations import format_duration
from healthcheckd.config.keys import LISTS, TABLES, Table
from healthcheckd.config.values import kept
from healthcheckd.domain.cron import Cadence
from healthcheckd.settings import Secret, Settings


def show(settings: Settings) -> str:
    blocks = [_block(f"[{name}]", table, getattr(settings, name)) for name, table in TABLES.items()]
    for name, table in LISTS.items():
        blocks += [_block(f"[[{name}]]", table, entry) for entry in getattr(settings, name)]
    return "\n\n".join(blocks) + "\n"


def toml(value: object) -> str:
    """One value as it may be written in the file; a secret as asterisks."""
    match value:
        case bool():
            return str(value).lower()
        case timedelta():
            return toml(format_duration(value))
        case (str(host), int(port)):
            return toml(f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
        case tuple():
            return f"[{', '.join(map(toml, value))}]"
        case Mapping():
            return f"{{{', '.join(f'{_quoted(key)} = {toml(part)}' for key, part in value.items())}}}"
        case int():
            return str(value)
        case str() | Path() | Cadence() | Secret():
            return _quoted(str(value))
    raise TypeError(f"no setting is a {type(value).__name__}")


def _block(header: str, table: Table, values: object) -> str:
    origin = getattr(values, "origin", None)
    return "\n".join([f"{header}  # {origin}" if origin else header, *_lines(table, values)])


def _lines(table: Table, values: object) -> Iterator[str]:
    defaults = {field.name: field.default for field in fields(table.type)}
    for name, key in table.keys.items():
        attribute = table.attribute(name)
        value = getattr(values, attribute)
        spoken = "forever" if value is None and key.parse is kept else value
        if spoken is None:
            yield f"# {name}: not set"
        else:
            yield f"{'# ' if _is_default(value, defaults[attribute]) else ''}{name} = {toml(spoken)}"


def _is_default(value: object, default: object) -> bool:
    """An empty table is the default of a key that holds one."""
    return value in (default, {})


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
