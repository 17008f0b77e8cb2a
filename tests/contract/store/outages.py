"""Accounts that go down, and stay there."""

from healthcheckd.domain.observations import Cause
from tests.contract.store.conftest import World


async def fall(world: World, *sessions: str, cause: Cause | None = None) -> None:
    await world.up(*sessions)
    for session in sessions:
        await world.down(session, cause=cause)


async def again(world: World, session: str, wait: float, **more: object) -> None:
    world.wait(wait)
    await world.down(session, **more)
