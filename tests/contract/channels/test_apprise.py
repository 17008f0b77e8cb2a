"""Any service by its apprise URL: what it is sent, and whose fault a refusal is."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from healthcheckd.errors import DeliveryError, DeliveryScope
from tests.contract.channels.services import Services, serving
from tests.contract.channels.ways import MESSAGE, TOKEN, apprise_channel


@pytest.fixture
async def services() -> AsyncIterator[Services]:
    async with serving() as running:
        yield running


def url(services: Services, rest: str = "hook") -> str:
    return f"json://127.0.0.1:{services.port}/{rest}"


async def refused(channel_url: str) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await apprise_channel(channel_url).deliver(replace(MESSAGE, recipient="+55 11 98888-7777"))
    return caught.value


async def test_a_chat_gets_the_short_form_and_nothing_attached(services: Services) -> None:
    await apprise_channel(url(services)).deliver(MESSAGE)
    body = services.calls[0].body
    assert (body["title"], body["message"], body["type"]) == ("", MESSAGE.chat, "failure")
    assert body["attachments"] == []


async def test_without_a_short_form_subject_and_text_go(services: Services) -> None:
    await apprise_channel(url(services)).deliver(replace(MESSAGE, chat=""))
    body = services.calls[0].body
    assert body["title"] == MESSAGE.subject
    assert body["message"].split() == MESSAGE.text.split()


@pytest.mark.parametrize(("kind", "type_"), [("recovered", "success"), ("gateway_down", "failure"), ("test", "info")])
async def test_good_news_looks_good(services: Services, kind: str, type_: str) -> None:
    await apprise_channel(url(services)).deliver(replace(MESSAGE, kind=kind))
    assert services.calls[0].body["type"] == type_


async def test_hostile_text_arrives_as_it_was_written(services: Services) -> None:
    hostile = "<b>{{ 7*7 }}</b> \\n %0A *x* _y_ [l](http://e) :smile: &amp; {title}"
    await apprise_channel(url(services)).deliver(replace(MESSAGE, chat=hostile))
    assert services.calls[0].body["message"] == hostile


async def test_a_pattern_is_filled_with_the_readers_number_or_address(services: Services) -> None:
    channel = apprise_channel(url(services, "send/{phone}?:chatId={phone}%40c.us&:to={address}&:title=&:message=text"))
    await channel.deliver(replace(MESSAGE, recipient="+55 11 98888-7777"))
    call = services.calls[0]
    assert call.path == "/send/5511988887777"
    assert (call.body["chatId"], call.body["to"]) == ("5511988887777@c.us", "+55 11 98888-7777")
    assert call.body["text"] == MESSAGE.chat


async def test_an_address_cannot_change_the_url(services: Services) -> None:
    await apprise_channel(url(services, "send?:to={address}")).deliver(
        replace(MESSAGE, recipient="x&:evil=1#/../?a=b@c{phone}")
    )
    call = services.calls[0]
    assert (call.path, call.body["to"]) == ("/send", "x&:evil=1#/../?a=b@c{phone}")
    assert "evil" not in call.body


async def test_what_one_reader_gets_refused_is_that_readers_fault(services: Services) -> None:
    services.status = 400
    error = await refused(url(services, "send/{phone}"))
    assert (error.scope, error.permanent) == (DeliveryScope.RECIPIENT, True)
    assert "400" in error.what


async def test_a_refusal_in_a_room_is_the_messages_fault_and_tried_again(services: Services) -> None:
    services.status = 400
    error = await refused(url(services))
    assert (error.scope, error.permanent) == (DeliveryScope.MESSAGE, False)


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 503])
@pytest.mark.parametrize("rest", ["hook", "send/{phone}"])
async def test_all_else_is_the_channels_fault(services: Services, status: int, rest: str) -> None:
    services.status = status
    error = await refused(url(services, rest))
    assert (error.scope, error.permanent) == (DeliveryScope.CHANNEL, False)
    assert error.hint == "healthcheck channels test team"


async def test_the_reason_is_told_without_what_the_url_hides(services: Services) -> None:
    services.status = 404
    error = await refused(url(services, TOKEN))
    assert "404" in str(error)
    assert TOKEN not in str(error)


async def test_a_key_that_stands_where_a_host_would_is_hidden_too() -> None:
    from healthcheckd.config.apprise_urls import without_secrets

    said = "A Connection error occurred sending to 1ntegrat10nkey at hooks.example.com for +4915."
    hidden = without_secrets(said, "pagerduty://user:pw12@1ntegrat10nkey/{phone}")
    assert hidden == said.replace("1ntegrat10nkey", "****")
    assert without_secrets(said, "json://hooks.example.com/x") == said
