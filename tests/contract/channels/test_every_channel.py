"""What the outbox may expect of any channel."""

import logging
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from healthcheckd.errors import DeliveryError, DeliveryScope
from healthcheckd.ports.channel import Channel
from tests.contract.channels.ways import MESSAGE, Way, way


@pytest.fixture(params=["email", "sink", "apprise", "pagerduty", "opsgenie"])
async def one(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Way]:
    async with way(request.param, tmp_path) as made:
        yield made


async def failure(channel: Channel) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await channel.deliver(MESSAGE)
    return caught.value


async def test_what_is_accepted_comes_back_with_words_for_a_person(one: Way) -> None:
    words = await one.channel.deliver(MESSAGE)
    assert words
    assert words.isprintable()
    assert one.arrived() == 1


async def test_a_server_that_is_not_there_is_the_channels_fault_and_may_come_back(one: Way) -> None:
    error = await failure(one.broken)
    assert (error.scope, error.permanent, error.unclear) == (DeliveryScope.CHANNEL, False, False)
    assert error.where
    assert error.what


async def test_a_server_that_is_busy_is_the_channels_fault_and_may_come_back(one: Way) -> None:
    error = await failure(await one.busy())
    assert (error.scope, error.permanent) == (DeliveryScope.CHANNEL, False)


async def test_a_server_that_says_nothing_is_given_up_in_time(one: Way) -> None:
    channel, begun = await one.silent(), time.monotonic()
    error = await failure(channel)
    assert time.monotonic() - begun < 3
    assert (error.scope, error.permanent) == (DeliveryScope.CHANNEL, False)


async def test_no_secret_is_in_any_error_or_log_line(one: Way, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    words = await one.channel.deliver(MESSAGE)
    errors = [await failure(one.broken), await failure(await one.busy())]
    found = await one.channel.verify() if one.arrived() else ""
    shown = " ".join([words, found, *(f"{error} {error!r} {error.hint}" for error in errors), caplog.text])
    assert [secret for secret in one.secrets if secret in shown] == []
