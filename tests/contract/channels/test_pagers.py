"""Alerts: one for each incident, however often it is told, and ended by its recovery."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from healthcheckd.errors import DeliveryError, DeliveryScope
from healthcheckd.ports.channel import Message
from tests.contract.channels.services import BAD_KEY, Services, serving
from tests.contract.channels.ways import MESSAGE, pager

REMINDER = replace(MESSAGE, message_id="<def@install.healthcheckd>")
RECOVERED = replace(REMINDER, kind="recovered", subject="Shop is back")
KEY = "incident-7@install.healthcheckd"


@pytest.fixture
async def services() -> AsyncIterator[Services]:
    async with serving() as running:
        yield running


async def refused(kind: str, services: Services, key: str, message: Message = MESSAGE) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await pager(kind, services.url, key).deliver(message)
    return caught.value


async def test_pagerduty_has_one_alert_from_first_message_to_recovery(services: Services) -> None:
    page = pager("pagerduty", services.url)
    assert "Event processed" in await page.deliver(MESSAGE)
    await page.deliver(REMINDER)
    await page.deliver(RECOVERED)
    assert [(call.body["event_action"], call.body["dedup_key"]) for call in services.calls] == [
        ("trigger", KEY),
        ("trigger", KEY),
        ("resolve", KEY),
    ]


async def test_pagerduty_learns_what_how_bad_and_where_from(services: Services) -> None:
    await pager("pagerduty", services.url).deliver(MESSAGE)
    assert services.calls[0].path == "/v2/enqueue"
    payload = services.calls[0].body["payload"]
    assert (payload["summary"], payload["severity"]) == (MESSAGE.subject, "critical")
    assert (payload["source"], payload["class"]) == ("install.healthcheckd", "offline")


async def test_opsgenie_has_one_alert_from_first_message_to_recovery(services: Services) -> None:
    page = pager("opsgenie", services.url)
    assert "Request will be processed" in await page.deliver(MESSAGE)
    await page.deliver(REMINDER)
    await page.deliver(RECOVERED)
    first, again, end = services.calls
    assert (first.path, first.body["alias"], first.body["priority"]) == ("/v2/alerts", KEY, "P1")
    assert again.body["alias"] == KEY
    assert end.path == "/v2/alerts/incident-7@install.healthcheckd/close?identifierType=alias"


@pytest.mark.parametrize(
    ("kind", "severity"), [("gateway_down", "critical"), ("mass_fall", "critical"), ("escalation", "error")]
)
async def test_how_bad_it_is_depends_on_what_it_is(services: Services, kind: str, severity: str) -> None:
    await pager("pagerduty", services.url).deliver(replace(MESSAGE, kind=kind))
    assert services.calls[0].body["payload"]["severity"] == severity


@pytest.mark.parametrize("kind", ["pagerduty", "opsgenie"])
async def test_a_test_leaves_no_alert_behind(services: Services, kind: str) -> None:
    await pager(kind, services.url).deliver(replace(MESSAGE, kind="test", thread=""))
    assert len(services.calls) == 2
    end = services.calls[1]
    assert end.body.get("event_action") == "resolve" or "/close?" in end.path


@pytest.mark.parametrize("kind", ["pagerduty", "opsgenie"])
async def test_a_key_that_is_refused_is_the_channels_fault(services: Services, kind: str) -> None:
    error = await refused(kind, services, BAD_KEY)
    assert (error.scope, error.permanent) == (DeliveryScope.CHANNEL, False)
    assert "key" in error.hint
    assert BAD_KEY not in f"{error} {error.hint}"


@pytest.mark.parametrize("kind", ["pagerduty", "opsgenie"])
async def test_an_event_that_is_refused_is_that_messages_fault_for_ever(services: Services, kind: str) -> None:
    services.status, services.text = 400, '{"message": "Event object is invalid", "errors": ["too long"]}'
    error = await refused(kind, services, BAD_KEY)
    assert (error.scope, error.permanent) == (DeliveryScope.MESSAGE, True)
    assert error.what == "400 Event object is invalid; too long"


@pytest.mark.parametrize("status", [429, 500, 503])
@pytest.mark.parametrize("kind", ["pagerduty", "opsgenie"])
async def test_too_many_or_a_broken_service_passes(services: Services, kind: str, status: int) -> None:
    services.status, services.headers = status, {"Retry-After": "30"}
    error = await refused(kind, services, BAD_KEY)
    assert (error.scope, error.permanent) == (DeliveryScope.CHANNEL, False)
    assert error.retry_after == timedelta(seconds=30)


@pytest.mark.parametrize(
    ("asked", "wait"), [("9" * 5000, timedelta(hours=1)), ("7200", timedelta(hours=1)), ("a day", None)]
)
async def test_a_service_may_ask_for_an_hour_and_no_longer(
    services: Services, asked: str, wait: timedelta | None
) -> None:
    services.status, services.headers = 429, {"Retry-After": asked}
    assert (await refused("pagerduty", services, BAD_KEY)).retry_after == wait


async def test_what_may_have_arrived_is_unclear(services: Services) -> None:
    import asyncio

    services.silent = asyncio.Event()
    with pytest.raises(DeliveryError) as caught:
        await pager("pagerduty", services.url, timeout=timedelta(seconds=0.2)).deliver(MESSAGE)
    assert caught.value.unclear


async def test_nothing_is_followed_elsewhere(services: Services) -> None:
    services.status, services.headers = 307, {"Location": f"{services.url}/v2/enqueue"}
    assert (await refused("pagerduty", services, BAD_KEY)).scope is DeliveryScope.CHANNEL
    assert len(services.calls) == 1
