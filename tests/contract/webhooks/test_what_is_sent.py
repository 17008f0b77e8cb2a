"""What a receiver gets: the body as it is, and headers by which it can be believed, kept apart and recognised."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator

import pytest

from healthcheckd.notify.webhook import signature
from healthcheckd.settings import Secret
from tests.contract.webhooks.receiver import BODY, SECRET, Receiver, parcel, receiving, webhook
from tests.fakes.clock import NOON


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as made:
        yield made


def test_the_signature_is_a_known_one() -> None:
    """As `printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac whsec` tells it."""
    known = "t=1700000000,v1=8ad37ba156048ae0e0a5533c75cdf26fee88b07f93cb57ee4c80adb053012032"
    assert signature(Secret("whsec"), 1_700_000_000, b'{"a":1}') == known


async def test_the_body_is_sent_as_it_is_and_signed_with_the_time(receiver: Receiver) -> None:
    async with webhook(receiver.url()) as crm:
        await crm.post(parcel())
    (taken,) = receiver.taken
    at = int(NOON.timestamp())
    digest = hmac.new(SECRET.encode(), f"{at}.{BODY}".encode(), hashlib.sha256).hexdigest()
    assert taken.body.decode() == BODY
    assert taken.headers["X-Healthcheckd-Signature"] == f"t={at},v1={digest}"
    assert taken.headers["Content-Type"] == "application/json"


async def test_it_can_be_told_apart_and_recognised(receiver: Receiver) -> None:
    async with webhook(receiver.url()) as crm:
        await crm.post(parcel(delivery="d7", key="k7"))
        await crm.post(parcel(delivery="d8", key="k7", replayed=True))
    first, again = (taken.headers for taken in receiver.taken)
    assert (first["X-Healthcheckd-Delivery"], first["Idempotency-Key"]) == ("d7", "k7")
    assert (again["X-Healthcheckd-Delivery"], again["Idempotency-Key"]) == ("d8", "k7")
    assert first["X-Healthcheckd-Event"] == "whatsapp.health.critical"
    assert "X-Healthcheckd-Replay" not in first
    assert again["X-Healthcheckd-Replay"] == "true"


async def test_configured_headers_go_along_and_never_in_the_place_of_ours(receiver: Receiver) -> None:
    headers = {"X-Tenant": Secret("acme"), "x-healthcheckd-signature": Secret("forged"), "content-type": Secret("a/b")}
    async with webhook(receiver.url(), headers=headers) as crm:
        await crm.post(parcel())
    (taken,) = receiver.taken
    assert taken.headers["X-Tenant"] == "acme"
    assert "forged" not in str(taken.headers)
    assert "a/b" not in str(taken.headers)


async def test_a_login_in_the_url_is_sent_as_one(receiver: Receiver) -> None:
    async with webhook(receiver.url("/hook?key=1", login="ops:pa55@")) as crm:
        await crm.post(parcel())
    (taken,) = receiver.taken
    assert taken.headers["Authorization"] == "Basic b3BzOnBhNTU="
    assert taken.path == "/hook?key=1"


async def test_cookies_are_not_kept(receiver: Receiver) -> None:
    receiver.answers = {"Set-Cookie": "tracked=1"}
    async with webhook(receiver.url()) as crm:
        await crm.post(parcel())
        await crm.post(parcel())
    assert "Cookie" not in receiver.taken[1].headers


async def test_a_hostile_name_is_a_string_in_the_body_and_nowhere_else(receiver: Receiver) -> None:
    hostile = "shop\r\nX-Evil: 1\u202e\x00"
    async with webhook(receiver.url()) as crm:
        await crm.post(parcel(body=json.dumps({"accountId": hostile})))
    (taken,) = receiver.taken
    assert json.loads(taken.body) == {"accountId": hostile}
    assert "X-Evil" not in taken.headers
