"""The settings in force as TOML-like text: secrets masked, defaults commented out."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from healthcheckd.config.keys import LISTS, TABLES, Table
from healthcheckd.config.rendering import toml
from healthcheckd.config.values import kept
from healthcheckd.settings import Settings

_DEFAULT = re.compile(r"^# (?=[\w-]+ = )", re.MULTILINE)


def show(settings: Settings) -> str:
    blocks = [_block(f"[{name}]", table, getattr(settings, name)) for name, table in TABLES.items()]
    for name, table in LISTS.items():
        blocks += [_block(f"[[{name}]]", table, entry) for entry in getattr(settings, name)]
    return "\n\n".join(blocks) + "\n"


def as_data(settings: Settings) -> dict[str, Any]:
    """The same for programs: every key that has a value, defaults included, as one would write it."""
    return tomllib.loads(_DEFAULT.sub("", show(settings)))


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
