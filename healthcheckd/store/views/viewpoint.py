"""What a report needs beside the database, and how the views ask."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

from healthcheckd.domain.policy import NoticePolicy
from healthcheckd.domain.reports.operation import Planned
from healthcheckd.domain.routing import Directory
from healthcheckd.store.rows import written

if TYPE_CHECKING:  # the ports bring much that `status` from a cold start has no need of
    from healthcheckd.domain.cron import Cadence
    from healthcheckd.ports.control import Span
    from healthcheckd.store.terms import Terms


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """Who looks, and when. `planned` has every job by name; `alive` is whether a daemon was found to answer.
    `policy`, `directory`, `terms` and `digest` are unknown to who reads without a configuration; `not_sent` says why no
    message leaves at all."""

    now: datetime
    alive: bool = False
    database: str = ""
    planned: Mapping[str, Planned] = field(default_factory=dict)
    zone: tzinfo = UTC
    warnings: tuple[str, ...] = ()
    policy: NoticePolicy | None = None
    directory: Directory = field(default_factory=Directory)
    not_sent: str = ""
    terms: "Terms | None" = None
    digest: "Cadence | None" = None

    def age(self, since: datetime | None) -> float | None:
        """Seconds from then to now, never less than 0."""
        return None if since is None else max((self.now - since) / timedelta(seconds=1), 0.0)


def ask(
    connection: sqlite3.Connection, query: str, values: Sequence[Any] | Mapping[str, Any] = ()
) -> list[sqlite3.Row]:
    """All rows, by name, whatever the connection's own way of answering is."""
    cursor = connection.cursor()
    cursor.row_factory = sqlite3.Row
    return cursor.execute(query, values).fetchall()


def marks(values: Sequence[object]) -> str:
    """As many `?` as there are values."""
    return ", ".join("?" * len(values))


def within(span: "Span", column: str, key: int | None) -> tuple[str, list[object], str]:
    """The condition that `column` lies in the span and the row is of this account, its values, and the limit."""
    clauses, values = ["1"], list[object]()
    if key is not None:
        clauses.append("account = ?")
        values.append(key)
    if span.since is not None:
        clauses.append(f"{column} >= ?")
        values.append(written(span.since))
    if span.until is not None:
        clauses.append(f"{column} < ?")
        values.append(written(span.until))
    return " AND ".join(clauses), values, f" LIMIT {span.limit:d}" if span.limit else ""
