"""The files of a configuration: read, with what they include, and merged into one list of written values."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from healthcheckd.config.faults import Faults, suggest
from healthcheckd.config.keys import LISTS, TABLES
from healthcheckd.config.lines import positions
from healthcheckd.config.texts import text_of
from healthcheckd.errors import Fault
from healthcheckd.settings import Origin


@dataclass(frozen=True, slots=True)
class Written:
    """A value before it is expanded and parsed, and what the writer calls it; a `literal` one is never expanded."""

    value: object
    origin: Origin
    name: str
    literal: bool = False


Body = dict[str, Written]


@dataclass(frozen=True, slots=True)
class Entry:
    """One `[[gateways]]` or `[[accounts]]`; `names` are those of its keys that the writer knows by another name."""

    body: Body
    origin: Origin
    name: str
    names: Mapping[str, str] = field(default_factory=dict)

    def called(self, key: str) -> str:
        return self.names.get(key, f"{self.name}.{key}")


@dataclass(slots=True)
class Source:
    """Everything that is written, by table; the files that were read, and those that could not be."""

    tables: dict[str, Body] = field(default_factory=dict)
    lists: dict[str, list[Entry]] = field(default_factory=lambda: {name: [] for name in LISTS})
    files: list[Path] = field(default_factory=list)
    unread: list[Fault] = field(default_factory=list)


def read(path: Path, faults: Faults, cut: Callable[[str], str] = str) -> Source:
    """The file and those it includes. `cut` may shorten the text of each before it is understood."""
    source = Source()
    for included in _add(path, source, faults, cut):
        _add(included, source, faults, cut, nested=True)
    return source


def _add(path: Path, source: Source, faults: Faults, cut: Callable[[str], str], *, nested: bool = False) -> list[Path]:
    """Merge one file; what it includes is returned."""
    source.files.append(path)
    text = cut(_text(path, source))
    content = _parse(text, path, faults)
    document = _Document(path, positions(text), source, faults)
    includes = content.pop("include", [])
    if nested and includes:
        faults.add(document.at("include"), "include", includes, "is only understood in the main file")
        return []
    for name, value in content.items():
        document.take(name, value)
    return document.included(includes)


def _text(path: Path, source: Source) -> str:
    try:
        return text_of(path, "utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        reason = f"is not UTF-8 text: byte {error.start} cannot be read"
    except OSError as error:
        reason = f"cannot be read: {error.strerror}"
    source.unread.append(Fault(str(path), "", "", reason))
    return ""


def _parse(text: str, path: Path, faults: Faults) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        faults.add(Origin(str(path), _line_of(error)), "", None, f"is not TOML: {error}")
        return {}
    except RecursionError:
        faults.add(Origin(str(path)), "", None, "is nested too deeply")
        return {}


def _line_of(error: tomllib.TOMLDecodeError) -> int:
    found = re.search(r"at line (\d+)", str(error))
    return int(found[1]) if found else 0


@dataclass(frozen=True, slots=True)
class _Document:
    """One file's tables on their way into the source."""

    path: Path
    lines: Mapping[str, int]
    source: Source
    faults: Faults

    def at(self, dotted: str) -> Origin:
        return Origin(str(self.path), self.lines.get(dotted) or self.lines.get(f"{dotted}[0]", 0))

    def included(self, value: object) -> list[Path]:
        """In the order of their names. A name without a wildcard must exist."""
        patterns = [value] if isinstance(value, str) else value
        if not isinstance(patterns, list) or not all(isinstance(pattern, str) and pattern for pattern in patterns):
            self.faults.add(self.at("include"), "include", value, 'must be a list of files such as ["conf.d/*.toml"]')
            return []
        return list(dict.fromkeys(match for pattern in patterns for match in self._matches(pattern)))

    def _matches(self, pattern: str) -> list[Path]:
        wanted = self.path.parent / Path(pattern).expanduser()
        found = sorted(Path(wanted.anchor).glob(str(wanted.relative_to(wanted.anchor))))
        if not found and not set("*?[") & set(pattern):
            self.faults.add(self.at("include"), "include", pattern, "there is no such file")
        return [match for match in found if match != self.path]

    def take(self, name: str, value: object) -> None:
        if name in TABLES:
            self._take_table(name, value)
        elif name in LISTS:
            self._take_list(name, value)
        else:
            self._unknown(name, value)

    def _take_table(self, name: str, value: object) -> None:
        if not isinstance(value, dict):
            self.faults.add(self.at(name), name, None, f"must be a table: [{name}]")
            return
        body = self.source.tables.setdefault(name, {})
        for key, content in value.items():
            written = Written(content, self.at(f"{name}.{key}"), f"{name}.{key}")
            if key in body:
                self.faults.add(written.origin, written.name, None, f"is already set in {body[key].origin}")
            body.setdefault(key, written)

    def _take_list(self, name: str, value: object) -> None:
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            self.faults.add(self.at(name), name, None, f"must be written with two brackets: [[{name}]]")
            return
        for index, entry in enumerate(value):
            here = f"{name}[{index}]"
            body = {
                key: Written(content, self.at(f"{here}.{key}"), f"{_label(name, index, entry)}.{key}")
                for key, content in entry.items()
            }
            self.source.lists[name].append(Entry(body, self.at(here), _label(name, index, entry)))

    def _unknown(self, name: str, value: object) -> None:
        what = "table" if isinstance(value, (dict, list)) else "key"
        homes = [f"[{table}]" for table, spec in TABLES.items() if name in spec.keys]
        hint = f"it belongs into {' or '.join(homes)}" if homes and what == "key" else suggest(name, [*TABLES, *LISTS])
        self.faults.add(self.at(name), name, None, f"there is no such {what}", hint)


def _label(table: str, index: int, entry: Mapping[str, object]) -> str:
    """`gateways[main]`, or by its number, from 1, while it has no usable name."""
    called = entry.get("id" if table == "accounts" else "name")
    return f"{table}[{called if isinstance(called, str) and called.isprintable() and called else index + 1}]"
