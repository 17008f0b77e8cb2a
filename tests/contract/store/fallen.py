"""Many that fall together, and what becomes of them."""

from collections.abc import Sequence
from typing import Any

from healthcheckd.domain.observations import Connection, Observation
from healthcheckd.ports.store import OwedAttempt, Tended
from tests.contract.store.conftest import World

WINDOW = 5


def named(number: int) -> list[str]:
    return [f"s{one:03}" for one in range(number)]


async def read(
    world: World, sessions: Sequence[str], connection: Connection, gateway: str = "main", **more: Any
) -> None:
    more = {"native": connection.value, "linked": True} | more
    await world.apply([Observation(one, world.now, connection, **more) for one in sessions], gateway)


async def up(world: World, sessions: Sequence[str], gateway: str = "main") -> None:
    """Known and steady, and the first look taken."""
    for _ in range(2):
        await read(world, sessions, Connection.CONNECTED, gateway)
        await world.outcome(gateway_=gateway)
        world.wait(2)
    await world.store.sweeps.first_look(gateway, world.now)


async def fall(world: World, sessions: Sequence[str], gateway: str = "main", **more: Any) -> None:
    await read(world, sessions, Connection.FAILED, gateway, **more)


async def come_back(world: World, sessions: Sequence[str], gateway: str = "main") -> None:
    """Seen Connected twice, far enough apart."""
    await read(world, sessions, Connection.CONNECTED, gateway)
    world.wait(1.1)
    await read(world, sessions, Connection.CONNECTED, gateway)


async def tend(world: World) -> Tended:
    return await world.store.sweeps.tend_blasts(world.now)


async def settle(world: World) -> None:
    """Until the operator may be told."""
    world.wait(WINDOW)
    await tend(world)


async def blasts(world: World) -> list[tuple[Any, ...]]:
    """Subject, members, stage, whether it is over."""
    return await world.sql(
        "SELECT subject, (SELECT count(*) FROM blast_members WHERE blast = blasts.incident), stage,"
        " ended_at IS NOT NULL FROM blasts JOIN incidents ON incidents.id = blasts.incident ORDER BY incidents.id"
    )


async def chosen(world: World) -> list[tuple[str, int]]:
    return await world.sql(
        "SELECT session, wave FROM blast_members JOIN accounts ON key = account WHERE wave > 0 ORDER BY wave, session"
    )


async def attempt(world: World, result: str, gateway: str = "main") -> list[OwedAttempt]:
    """Begin what is due, and end it so; what comes back is read Connected."""
    due = await world.due()
    for one in due:
        begun, _ = await world.store.attempts.begin_attempt(one, world.now)
        assert begun
        if result == "connected":
            await read(world, [one.account.session], Connection.CONNECTED, gateway)
        await world.store.attempts.end_attempt(one, world.now, result)
    return due


def sessions_of(attempts: Sequence[OwedAttempt]) -> list[str]:
    return [one.account.session for one in attempts]
