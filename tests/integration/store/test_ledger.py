"""Honest time, as it is stored: no overlap, no hole, whatever is read in whatever order."""

import sqlite3
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as some

from healthcheckd.domain.accounts import AccountId, LedgerKind
from healthcheckd.domain.ledger import Interval, Mark, record, summarise
from healthcheckd.domain.observations import Cause, Connection, Observation, missing, silent
from healthcheckd.store.applying import apply_chunk
from healthcheckd.store.ledger import interval_of, write_marks
from healthcheckd.store.lookup import create
from healthcheckd.store.migrations import migrations
from healthcheckd.store.owner import connect, transaction
from healthcheckd.store.terms import Terms
from tests.contract.store.conftest import NOON, World, minutes

KINDS = (LedgerKind.UP, LedgerKind.DOWN, LedgerKind.UNKNOWN, LedgerKind.EXCLUDED)


async def intervals(world: World, session: str) -> list[Interval]:
    rows = await world.sql(
        "SELECT kind, ledger.cause, from_at, until_at FROM ledger JOIN accounts ON key = account"
        " WHERE session = ? ORDER BY from_at",
        session,
    )
    return [interval_of(row) for row in rows]


def assert_whole(stored: Sequence[Interval]) -> None:
    """One after the other, each from where the last one ended, the last one open."""
    assert all(earlier.until_at == later.from_at for earlier, later in pairwise(stored))
    assert all(one.until_at is None or one.until_at > one.from_at for one in stored)
    assert not stored or stored[-1].until_at is None


@settings(max_examples=60, deadline=None)
@given(
    some.lists(
        some.tuples(some.sampled_from(KINDS), some.sampled_from([None, Cause.NETWORK]), some.integers(0, 3_000_000)),
        max_size=12,
    )
)
def test_marks_written_are_marks_recorded(marks: list[tuple[LedgerKind, Cause | None, int]]) -> None:
    database = connect(Path(":memory:"))
    migrations.apply(database)
    expected: list[Interval] = []
    with transaction(database) as connection:
        connection.execute("INSERT INTO gateways (name, added_at) VALUES ('main', '')")
        key = create(connection, AccountId("main", "shop"), NOON)
        for kind, cause, microseconds in marks:
            at = NOON + timedelta(microseconds=microseconds)
            write_marks(connection, key, [Mark(kind, cause, at)])
            whole = at.replace(microsecond=at.microsecond // 1000 * 1000)
            expected = record(expected, Mark(kind, cause, whole))
        assert stored_in(connection) == expected
    assert_whole(expected)
    database.close()


def stored_in(connection: sqlite3.Connection) -> list[Interval]:
    rows = connection.execute("SELECT kind, cause, from_at, until_at FROM ledger ORDER BY from_at").fetchall()
    return [interval_of(row) for row in rows]


READINGS = ("up", "failed", "starting", "qr", "stopped", "silent", "gone")


def reading(kind: str, at_minutes: int) -> Observation:
    at = NOON + minutes(at_minutes)
    claims = {
        "up": Connection.CONNECTED,
        "failed": Connection.FAILED,
        "starting": Connection.CONNECTING,
        "qr": Connection.NEEDS_PAIRING,
        "stopped": Connection.STOPPED,
    }
    if kind == "silent":
        return silent("shop", at, "time-out", whole_gateway=True, elsewhere=at_minutes % 2 == 0)
    if kind == "gone":
        return missing("shop", at)
    return Observation("shop", at, claims[kind], native=kind, linked=True)


@settings(max_examples=40, deadline=None)
@given(some.lists(some.tuples(some.sampled_from(READINGS), some.integers(1, 90)), min_size=1, max_size=25))
def test_no_sequence_of_readings_breaks_the_ledger(steps: list[tuple[str, int]]) -> None:
    database = connect(Path(":memory:"))
    migrations.apply(database)
    at = 0
    with transaction(database) as connection:
        connection.execute("INSERT INTO gateways (name, added_at) VALUES ('main', '')")
        connection.execute("INSERT INTO daemon (id, installation, created_at) VALUES (1, 'x', '')")
        for kind, later in steps:
            at += later
            apply_chunk(connection, Terms(), "main", [reading(kind, at)], NOON + minutes(at))
            assert_whole(stored_in(connection))
        [(open_incidents, owed)] = connection.execute(
            "SELECT (SELECT count(*) FROM incidents WHERE ended_at IS NULL),"
            " (SELECT count(*) FROM attempts WHERE started_at IS NULL AND ended_at IS NULL)"
        ).fetchall()
        assert open_incidents <= 1
        assert owed <= 1
    database.close()


async def test_a_silence_that_was_the_gateways_is_rewritten_from_its_beginning(world: World) -> None:
    await world.up("shop")
    began = world.now
    for _ in range(4):
        await world.quiet("shop", whole_gateway=True, elsewhere=True)
        world.wait(15)
    [up, down] = await intervals(world, "shop")
    assert (up.kind, up.until_at) == (LedgerKind.UP, began)
    assert (down.kind, down.cause, down.from_at) == (LedgerKind.DOWN, Cause.GATEWAY_DOWN, began)


async def test_a_day_of_steady_readings_writes_no_history(world: World) -> None:
    await world.up("shop")
    before = await world.sql("SELECT (SELECT count(*) FROM ledger), (SELECT count(*) FROM transitions)")
    for _ in range(96):
        world.wait(15)
        assert (await world.see("shop", Connection.CONNECTED)).changed == 0
    assert await world.sql("SELECT (SELECT count(*) FROM ledger), (SELECT count(*) FROM transitions)") == before


async def test_a_day_with_an_outage_adds_up(world: World) -> None:
    await world.up("shop")
    start = world.now
    while world.now < start + timedelta(hours=24):
        world.wait(15)
        down = timedelta(hours=6) < world.now - start <= timedelta(hours=9)
        await world.see("shop", Connection.FAILED if down else Connection.CONNECTED)
    stored = await intervals(world, "shop")
    assert_whole(stored)
    uptime = summarise(stored, start, start + timedelta(hours=24))
    assert (uptime.down, uptime.unknown) == (timedelta(hours=3), timedelta(0))
    assert uptime.up == timedelta(hours=21)
    assert await world.sql("SELECT count(*) FROM incidents WHERE how = 'recovered'") == [(1,)]


async def test_a_gap_nobody_looked_at_is_unknown(world: World) -> None:
    await world.up("shop")
    last = (await world.vitals("shop")).last_checked_at
    world.wait(10 * 60)
    await world.see("shop", Connection.CONNECTED)
    up, unknown, again = await intervals(world, "shop")
    assert [one.kind for one in (up, unknown, again)] == [LedgerKind.UP, LedgerKind.UNKNOWN, LedgerKind.UP]
    assert (unknown.from_at, again.from_at) == (last, world.now)
