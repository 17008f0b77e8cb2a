"""From written values to the fields of settings: expand, parse, resolve paths, read the files of secrets."""

from dataclasses import dataclass
from pathlib import Path

from healthcheckd.config.documents import Body, Entry, Written
from healthcheckd.config.environment import Environment
from healthcheckd.config.expand import expand
from healthcheckd.config.faults import Faults, suggest
from healthcheckd.config.keys import TABLES, Key, Table
from healthcheckd.config.texts import text_of
from healthcheckd.config.trust import current_folder
from healthcheckd.config.values import Wrong, path
from healthcheckd.settings import Secret

Fields = dict[str, object]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one body after the other, noting what is wrong."""

    environment: Environment
    faults: Faults

    def fields(self, body: Body, table: Table) -> Fields:
        """By field; a value that cannot be used, or is not written, is absent."""
        found: Fields = {}
        for name, written in body.items():
            if base := table.secret_of(name):
                found |= self._from_file(base, written, table, body)
            elif name in table.keys:
                found |= self._plain(name, written, table)
            else:
                self._unknown(name, written, table)
        return found

    def require(self, entry: Entry, table: Table) -> None:
        """Note the required keys that are not written."""
        for key, spec in table.keys.items():
            ways = {key, f"{key}_file"} if spec.from_file else {key}
            if spec.required and not ways & entry.body.keys():
                hint = f"or {key}_file" if spec.from_file else ""
                self.faults.add(entry.origin, entry.called(key), None, "is required", hint)

    def _plain(self, name: str, written: Written, table: Table) -> Fields:
        key = table.keys[name]
        try:
            value = key.parse(self._expanded(written))
            value = _resolve(value, written, key) if isinstance(value, Path) else value
        except Wrong as error:
            self.faults.add(written.origin, written.name, Secret("") if key.secret else written.value, str(error))
            return {}
        return {table.attribute(name): value}

    def _from_file(self, base: str, written: Written, table: Table, body: Body) -> Fields:
        if base in body:
            self.faults.add(written.origin, written.name, None, f"is one way to give {base}, which is given too")
            return {}
        try:
            file = _resolve(path(self._expanded(written)), written, table.keys[base])
            secret = table.keys[base].parse(_content(file))
        except Wrong as error:
            self.faults.add(written.origin, written.name, written.value, str(error))
            return {}
        kept = {f"{base}_file": file} if f"{base}_file" in table.type.__dataclass_fields__ else {}
        return {table.attribute(base): secret} | kept

    def _expanded(self, written: Written) -> object:
        return written.value if written.literal else expand(written.value, self.environment.values)

    def _unknown(self, name: str, written: Written, table: Table) -> None:
        homes = [home for home, spec in TABLES.items() if name in spec.keys and spec is not table]
        hint = suggest(name, table.known())
        if homes and not hint.startswith("did you mean"):
            hint = f"it belongs into [{'] or ['.join(homes)}]"
        self.faults.add(written.origin, written.name, None, "there is no such key", hint)


def _resolve(value: Path, written: Written, key: Key) -> Path:
    """Relative to the file that names it; in the environment, to the current folder."""
    file = Path(written.origin.file)
    found = file.parent / value if file.is_absolute() else current_folder() / value
    if key.must_exist and not _there(found):
        raise Wrong("there is no such file")
    return found


def _there(file: Path) -> bool:
    try:
        file.stat()
    except PermissionError as error:
        raise Wrong("may not be read by this user") from error
    except (OSError, ValueError):
        return False
    return True


def _content(file: Path) -> str:
    try:
        return text_of(file, "utf-8").strip("\r\n")
    except UnicodeDecodeError as error:
        raise Wrong("does not hold UTF-8 text") from error
    except OSError as error:
        raise Wrong(f"cannot be read: {error.strerror}") from error
