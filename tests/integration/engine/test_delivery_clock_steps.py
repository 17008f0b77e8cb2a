"""The clock set between owed and sent: each message still goes, and goes once."""

from collections import Counter
from datetime import timedelta

import pytest

from healthcheckd.errors import DeliveryError, DeliveryScope
from tests.integration.engine.conftest import Make, playing, steady
from tests.integration.engine.world import OPS, World

DAY = timedelta(days=1)
OWNER = "down@example.org"
REFUSED = DeliveryError("refused", scope=DeliveryScope.CHANNEL, permanent=False)
STEPS = [-DAY, DAY]


def sent_twice(world: World) -> list[str]:
    counted = Counter(letter.message_id for _, letter in world.post.letters)
    return [name for name, times in counted.items() if times > 1]


@pytest.mark.parametrize("step", STEPS)
async def test_what_is_owed_when_the_clock_is_set_goes_out_once(make: Make, step: timedelta) -> None:
    """An outage from 13:00 on: the operator is owed a message since 14:56, the owner since 19:00."""
    async with make("down", main=[*steady("well"), playing("down", "restart-fails", 1)]) as world, world.daemon():
        world.post.broken = REFUSED
        await world.clock.pass_time(hours=7, minutes=30)
        world.clock.step(step)
        await world.clock.pass_time(minutes=10)
        world.post.broken = None
        await world.clock.pass_time(hours=2)
        assert [len(world.told(one)) for one in (OWNER, OPS)] == [1, 1]
        await world.clock.pass_time(hours=4)
        assert [len(world.told(one)) for one in (OWNER, OPS)] == [1, 1]
        assert "Reminder" not in world.told(OWNER)[0][1]


@pytest.mark.parametrize("step", STEPS)
async def test_what_is_sent_when_the_clock_is_set_is_not_sent_again(make: Make, step: timedelta) -> None:
    async with make("down", main=[*steady("well"), playing("down", "restart-fails", 1)]) as world, world.daemon():
        await world.clock.pass_time(hours=7, minutes=30)
        before = world.noise()
        assert before == {OWNER: 1, OPS: 2}
        world.clock.step(step)
        await world.clock.pass_time(hours=2)
        reminders = [subject for _, subject in world.told(OWNER)[1:]]
        assert (sent_twice(world), world.noise()[OPS]) == ([], 2)
        assert len(reminders) == (step > timedelta(0)) and all("Reminder" in subject for subject in reminders)


async def test_what_falls_due_while_the_machine_sleeps_is_told_once_when_it_wakes(make: Make) -> None:
    """For three days: neither the mail that fell due meanwhile is too old to be sent, nor its reminder due already."""
    async with make("down", main=[*steady("well"), playing("down", "restart-fails", 1)]) as world, world.daemon():
        await world.clock.pass_time(hours=2)
        world.clock.step(3 * DAY)
        await world.clock.pass_time(hours=2)
        assert [subject[:26] for _, subject in world.told(OWNER)] == ["down (+442071111440) has b"]
        await world.clock.pass_time(hours=23)
        assert [subject[:9] for _, subject in world.told(OWNER)[1:]] == ["Reminder:"]
