"""What is kept of a person can be seen whole, and taken out of everything."""

import re
import sqlite3
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.observations import Connection, Observation, missing
from healthcheckd.errors import HealthcheckError
from healthcheckd.store.desk import Desk
from healthcheckd.store.personal.everything import tables_about
from healthcheckd.store.personal.forgetting import forget
from healthcheckd.store.terms import Terms
from tests.integration.daemon.conftest import World, running

NOW = datetime.now(UTC)
ADDRESS = "rosa.planted@example.com"
PHONE = "5511977776666"
NAME = "Rosa Plantée"
SESSION = "rosas-own-session"
PERSON = f"/personal/accounts/main/{SESSION}"
MARKS = (ADDRESS, PHONE, NAME, SESSION, "Plant\\u00e9e")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with running(tmp_path, ("steady",)) as world:
        yield world


async def met(world: World) -> int:
    """An account with everything that can be kept of its owner; returns its key. Its session is at no gateway."""
    profile = {"id": f"main/{SESSION}", "name": NAME, "phone": PHONE, "owner_email": ADDRESS, "customer": "Rosa"}
    await world.post("/accounts", profile)
    for minutes, connection in ((0, Connection.CONNECTED), (2, Connection.CONNECTED), (4, Connection.FAILED)):
        at = NOW + timedelta(minutes=minutes)
        seen = Observation(SESSION, at, connection, native="X", linked=True, phone=PHONE)
        await world.store.sweeps.apply("main", [seen], at)
    await world.post(f"/accounts/main/{SESSION}/mute", {"for": "2h"})
    await world.store.core.run(lambda connection, _: connection.execute(
        "INSERT INTO audit (at, who, how, what, outcome) VALUES ('2026-03-01T12:00:00.000Z', 'ana', 'socket', ?, ?)",
        (f"email test {ADDRESS}", f"250 for <{ADDRESS.upper()}> and {NAME}"),
    ))  # fmt: skip
    [[key]] = await rows(world, "SELECT key FROM accounts WHERE session = ?", SESSION)
    return int(key)


async def rows(world: World, query: str, *values: object) -> list[tuple[Any, ...]]:
    return await world.store.core.run(lambda connection, _: connection.execute(query, values).fetchall())


async def vanish(world: World) -> None:
    """Two complete lists without it, a settling time apart."""
    for minutes in (6, 8):
        at = NOW + timedelta(minutes=minutes)
        await world.store.sweeps.apply("main", [missing(SESSION, at)], at)


def files(world: World) -> Iterator[bytes]:
    for file in world.store.path.parent.glob(f"{world.store.path.name}*"):
        yield file.read_bytes()


def found_in(world: World) -> set[str]:
    whole = b"".join(files(world)).lower()
    return {mark for mark in MARKS if mark.lower().encode() in whole}


async def test_before_it_is_all_there(world: World) -> None:
    await met(world)
    assert {ADDRESS, PHONE, SESSION} <= found_in(world)


async def test_after_it_no_byte_names_them(world: World) -> None:
    await met(world)
    await vanish(world)
    await world.delete(PERSON)
    assert found_in(world) == set()


async def test_the_intervals_stay_under_a_pseudonym(world: World) -> None:
    key = await met(world)
    await vanish(world)
    before = await rows(world, "SELECT kind, from_at, until_at FROM ledger WHERE account = ? ORDER BY id", key)
    report = await world.delete(PERSON)
    alias = report["changes"][0]["account"]
    assert alias.startswith("main/forgotten-")
    after = await rows(world, "SELECT kind, from_at, until_at FROM ledger WHERE account = ? ORDER BY id", key)
    assert after[: len(before) - 1] == before[:-1]
    assert await rows(world, "SELECT session FROM accounts WHERE key = ?", key) == [(alias.removeprefix("main/"),)]


async def test_the_trail_says_that_and_not_who(world: World) -> None:
    await met(world)
    await vanish(world)
    await world.delete(PERSON)
    _, what, outcome = (await world.trail())[-1]
    assert (what, outcome.partition("-")[0]) == ("accounts forget", "known as main/forgotten")


async def test_a_session_that_is_still_there_is_not_forgotten(world: World) -> None:
    await world.sweep()
    await world.post("/accounts/main/steady/disable")
    with pytest.raises(HealthcheckError, match="the configuration lists it"):
        await world.delete("/personal/accounts/main/steady")


async def test_whoever_nobody_knows_is_not_forgotten_either(world: World) -> None:
    with pytest.raises(HealthcheckError, match="there is and was no account main/nobody"):
        await world.delete("/personal/accounts/main/nobody")


async def test_a_contact_whom_others_have_too_stays_theirs(world: World) -> None:
    await met(world)
    await world.post("/accounts", {"id": "main/other", "owner_email": ADDRESS})
    await vanish(world)
    await world.delete(PERSON)
    assert await rows(world, "SELECT address FROM contacts") == [(ADDRESS,)]


async def test_everything_is_everything(world: World) -> None:
    key = await met(world)
    kept = await world.get(PERSON)
    assert kept["accounts"][0]["phone"] == f"+{PHONE}"
    assert [contact["address"] for contact in kept["contacts"]] == [ADDRESS]
    about = await world.store.core.run(lambda connection, _: tables_about(connection))
    assert set(kept) == {*about, "accounts", "contacts", "audit"}
    for table in about:
        [[count]] = await rows(world, f"SELECT count(*) FROM {table} WHERE account = ?", key)
        assert len(kept[table]) == count
    assert any(row["what"] == f"accounts add main/{SESSION}" for row in kept["audit"])


async def test_whoever_was_removed_can_still_be_forgotten(world: World) -> None:
    await met(world)
    await vanish(world)
    await world.delete(f"/accounts/main/{SESSION}")
    await world.get(PERSON)
    await world.delete(PERSON)
    assert found_in(world) == set()


async def test_others_with_like_names_keep_theirs(world: World) -> None:
    await met(world)
    await world.post("/accounts", {"id": f"main/{SESSION}-2", "name": f"{NAME}lle", "phone": f"{PHONE}1"})
    await vanish(world)
    await world.delete(PERSON)
    other = await rows(world, "SELECT name, phone FROM accounts WHERE session = ?", f"{SESSION}-2")
    assert other == [(f"{NAME}lle", f"+{PHONE}1")]


async def test_every_text_of_every_table_is_looked_through(world: World) -> None:
    """Whatever table it is in, and whenever that table was added."""
    await met(world)
    await vanish(world)

    def plant_and_forget(connection: sqlite3.Connection, terms: Terms) -> list[str]:
        connection.execute("CREATE TABLE later (said TEXT NOT NULL) STRICT")
        connection.execute("INSERT INTO later VALUES (?), ('nothing')", (f"<{ADDRESS}>: main/{SESSION}, +{PHONE}",))
        forget(Desk(connection, terms, NOW), AccountId("main", SESSION))
        return [row[0] for row in connection.execute("SELECT said FROM later")]

    said, other = await world.store.core.run(plant_and_forget)
    assert other == "nothing"
    assert re.fullmatch(r"<forgotten-\w+-\d>: main/forgotten-\w+, forgotten-\w+-\d", said)
