"""A blast as it grows: opened, found to be of something wider, joined by what falls after it."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta

from healthcheckd.domain.blast import Group, Level
from healthcheckd.domain.canary import Stage
from healthcheckd.domain.incidents import Ending, Scope
from healthcheckd.ports.store import Event
from healthcheckd.store.blasts.counting import FALLEN, SILENT, WELL, Span
from healthcheckd.store.incidents import describe, end_incident, open_incident, open_one
from healthcheckd.store.rows import instant, listed, written

LATE = timedelta(hours=1)
"""What falls alone so long after a blast was told of fell for a reason of its own, and is told of by itself."""


def gather(connection: sqlite3.Connection, group: Group, span: Span, now: datetime) -> list[Event]:
    """The blast of a group: a new one, one that is gathering still, or one that was told of and has grown since."""
    known = open_one(connection, Scope.BLAST, group.subject)
    within = _gathering_within(connection, group)
    blast = known or next(iter(within), None) or _open(connection, group, span, now)
    fresh = known is None and blast not in within
    grown = known is not None and known not in within
    if grown:
        _begin_again(connection, blast, now)
    for narrower in within:
        if narrower != blast:
            _merge(connection, narrower, blast, group, now)
    widened = _name(connection, blast, group)
    _cover(connection, blast, group, span, now)
    step = "open" if fresh else "reopen" if grown else "recause" if widened else ""
    return [event_of(connection, blast, step, now)] if step else []


def join(connection: sqlite3.Connection, blast: int, falls: Iterable[tuple[int, int]], now: datetime) -> None:
    """`falls` are accounts and their incidents."""
    connection.executemany(
        "INSERT INTO blast_members (blast, account, incident, joined_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (blast, account) DO UPDATE SET incident = excluded.incident",
        [(blast, account, incident, written(now)) for account, incident in falls],
    )


def join_late(connection: sqlite3.Connection, blast: int, falls: Iterable[tuple[int, int]], now: datetime) -> None:
    """Members that fall again are members still; others only soon after it was told of."""
    row = connection.execute("SELECT settled_at FROM blasts WHERE incident = ?", (blast,)).fetchone()
    if now - instant(row[0]) < LATE:
        join(connection, blast, falls, now)
        return
    connection.executemany(
        "UPDATE blast_members SET incident = ?3 WHERE blast = ?1 AND account = ?2",
        [(blast, account, incident) for account, incident in falls],
    )


def open_over(connection: sqlite3.Connection, gateway: str, *, gathering: bool) -> int | None:
    """The latest open blast that reaches over a gateway: one that gathers, or one that was told of."""
    row = connection.execute(
        "SELECT max(blasts.incident) FROM blasts JOIN blast_gateways ON blast_gateways.blast = blasts.incident"
        " WHERE stage <> 'over' AND blast_gateways.gateway = ? AND (settled_at IS NULL) = ?",
        (gateway, gathering),
    ).fetchone()
    return None if row[0] is None else int(row[0])


def event_of(connection: sqlite3.Connection, blast: int, step: str, now: datetime) -> Event:
    subject, cause, stage, members = connection.execute(
        "SELECT subject, cause, stage, (SELECT count(*) FROM blast_members WHERE blast = blasts.incident)"
        " FROM blasts JOIN incidents ON incidents.id = blasts.incident WHERE blasts.incident = ?",
        (blast,),
    ).fetchone()
    data = {"incident": blast, "scope": Scope.BLAST.value, "subject": subject, "step": step, "cause": cause}
    return Event("incident", now, data={**data, "stage": stage, "accounts": members})


def describe_blast(connection: sqlite3.Connection, blast: int) -> None:
    """Its sentence, and its commonest cause."""
    level, name, total, network, members = connection.execute(
        "SELECT level, name, total, network, (SELECT count(*) FROM blast_members WHERE blast = blasts.incident)"
        " FROM blasts WHERE incident = ?",
        (blast,),
    ).fetchone()
    row = connection.execute(
        "SELECT cause FROM blast_members JOIN accounts ON accounts.key = account WHERE blast = ?"
        " AND cause IS NOT NULL GROUP BY cause ORDER BY count(*) DESC, cause LIMIT 1",
        (blast,),
    ).fetchone()
    connection.execute("UPDATE incidents SET cause = ? WHERE id = ?", (row[0] if row else "gateway_down", blast))
    shared = {Level.GATEWAY: f" on gateway {name}", Level.ENGINE: f" on {name}", Level.LABEL: f" with {name}"}
    words = f"{members:,} of {max(total, members):,} accounts{shared.get(Level(level), '')} fell together"
    describe(connection, blast, words + _NETWORKS[network])


_NETWORKS = {
    "": "",
    "works": "; our own network works, for a probe answered",
    "fails": "; it is our own network, for no probe answered",
}


def _gathering_within(connection: sqlite3.Connection, group: Group) -> list[int]:
    """Blasts that may yet turn out to be a part of this one, the oldest first."""
    rows = connection.execute(
        "SELECT incident FROM blasts WHERE stage <> 'over' AND settled_at IS NULL AND NOT EXISTS ("
        " SELECT 1 FROM blast_gateways WHERE blast = incident AND gateway NOT IN (SELECT value FROM json_each(?)))"
        " ORDER BY incident",
        (listed(group.gateways),),
    )
    return [row[0] for row in rows]


def _open(connection: sqlite3.Connection, group: Group, span: Span, now: datetime) -> int:
    began = _first(connection, group, span) or written(now)
    blast = open_incident(connection, Scope.BLAST, group.subject, instant(began))
    connection.execute(
        "INSERT INTO blasts (incident, level, name, total, opened_at, stage_since) VALUES (?, ?, ?, ?, ?, ?)",
        (blast, group.level, group.name, group.before, written(now), written(now)),
    )
    return blast


def _first(connection: sqlite3.Connection, group: Group, span: Span) -> str | None:
    values = {**span._asdict(), "gateways": listed(group.gateways)}
    row = connection.execute(
        f"SELECT min(at) FROM (SELECT min(fell_at) AS at {FALLEN} AND accounts.gateway IN {_GIVEN}"
        f" UNION ALL SELECT min(silent_since) FROM gateways WHERE {SILENT} AND name IN {_GIVEN})",
        values,
    ).fetchone()
    return row[0] and str(row[0])


_GIVEN = "(SELECT value FROM json_each(:gateways))"


def _begin_again(connection: sqlite3.Connection, blast: int, now: datetime) -> None:
    """It is told of once more, and brought back from the first stage on."""
    connection.execute("UPDATE incidents SET reopened = reopened + 1 WHERE id = ?", (blast,))
    connection.execute(
        "UPDATE blasts SET opened_at = ?1, settled_at = NULL, stage = ?2, stage_since = ?1 WHERE incident = ?3",
        (written(now), Stage.CANARY, blast),
    )
    connection.execute("UPDATE blast_members SET wave = 0, chosen_at = NULL WHERE blast = ? AND wave > 0", (blast,))


def _merge(connection: sqlite3.Connection, narrower: int, blast: int, group: Group, now: datetime) -> None:
    """Nobody was told of the narrower one: it ends as what it was taken for."""
    connection.execute("UPDATE OR IGNORE blast_members SET blast = ?, wave = 0 WHERE blast = ?", (blast, narrower))
    connection.execute("UPDATE blasts SET stage = ? WHERE incident = ?", (Stage.OVER, narrower))
    describe(connection, narrower, f"part of {group.subject}")
    end_incident(connection, narrower, now, Ending.WITHDRAWN)


def _name(connection: sqlite3.Connection, blast: int, group: Group) -> bool:
    """Whether it is another group than before."""
    connection.execute(
        "UPDATE blasts SET level = ?, name = ?, total = max(total, ?) WHERE incident = ?",
        (group.level, group.name, group.before, blast),
    )
    renamed = connection.execute(
        "UPDATE incidents SET subject = ?1 WHERE id = ?2 AND subject <> ?1", (group.subject, blast)
    )
    return renamed.rowcount > 0


def _cover(connection: sqlite3.Connection, blast: int, group: Group, span: Span, now: datetime) -> None:
    connection.executemany(
        "INSERT OR IGNORE INTO blast_gateways (blast, gateway) VALUES (?, ?)",
        [(blast, gateway) for gateway in group.gateways],
    )
    insert = "INSERT INTO blast_members (blast, account, incident, joined_at)"
    update = " ON CONFLICT (blast, account) DO UPDATE SET incident = coalesce(excluded.incident, incident)"
    values = {**span._asdict(), "blast": blast, "now": written(now)}
    fell = {**values, "gateways": listed(group.gateways)}
    connection.execute(
        f"{insert} SELECT :blast, accounts.key, incidents.id, :now {FALLEN} AND accounts.gateway IN {_GIVEN}{update}",
        fell,
    )
    silent = {**values, "gateways": listed([part.gateway for part in group.parts if part.silent])}
    connection.execute(
        f"{insert} SELECT :blast, key, NULL, :now {WELL} AND gateway IN {_GIVEN}{update}",
        silent,
    )
    describe_blast(connection, blast)
