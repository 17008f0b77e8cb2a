"""Secrets that lie where everybody may read them, and files that were passed over."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from healthcheckd.config.documents import Body, Source
from healthcheckd.config.keys import LISTS, TABLES, Table
from healthcheckd.config.locating import dotenvs
from healthcheckd.config.trust import readable_by_all


def file_warnings(path: Path | None, source: Source, dotenv_files: Sequence[Path]) -> Iterator[str]:
    yield from (f"{place.path} is ignored: {place.ignored}" for place in dotenvs(path) if place.ignored)
    for file in (*sorted(_with_secrets(source)), *dotenv_files):
        if readable_by_all(file):
            yield f"{file} holds secrets and everybody may read it: chmod o-r {file}"


def _with_secrets(source: Source) -> set[Path]:
    """The files in which a secret is written out."""
    bodies = [(body, TABLES[name]) for name, body in source.tables.items()]
    bodies += [(entry.body, LISTS[name]) for name, entries in source.lists.items() for entry in entries]
    return {file for body, table in bodies for file in _written_out(body, table)} & set(source.files)


def _written_out(body: Body, table: Table) -> Iterator[Path]:
    for name, written in body.items():
        if name in table.keys and table.keys[name].secret and "${" not in str(written.value):
            yield Path(written.origin.file)
