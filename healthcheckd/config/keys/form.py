"""What is said of one key, and of one table; and the keys that many tables have."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from healthcheckd.config import values
from healthcheckd.config.values import Parser, duration, integer


@dataclass(frozen=True, slots=True)
class Key:
    """`attribute` is the field it fills, where that has another name. A `secret` is shown to nobody; `from_file` says
    that it may also be written as `NAME_file`."""

    parse: Parser
    attribute: str = ""
    secret: bool = False
    from_file: bool = False
    required: bool = False
    must_exist: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The keys of one table, and the class of settings that it becomes."""

    type: type[Any]
    keys: Mapping[str, Key]

    def attribute(self, name: str) -> str:
        return self.keys[name].attribute or name.replace("-", "_")

    def secret_of(self, name: str) -> str | None:
        """The secret key that `name`, as in `api_key_file`, names the file of."""
        base = name.removesuffix("_file")
        return base if base != name and base in self.keys and self.keys[base].from_file else None

    def known(self) -> list[str]:
        return [*self.keys, *(f"{name}_file" for name, key in self.keys.items() if key.from_file)]


COUNT = Key(integer(1, 1_000_000))
LASTS = Key(duration())
AT_ONCE = Key(duration(timedelta(0)))
KEPT = Key(values.kept)
TEXT = Key(values.line)
NAME = Key(values.name)
SECRET = Key(values.secret, secret=True, from_file=True)
FILE = Key(values.path, must_exist=True)
