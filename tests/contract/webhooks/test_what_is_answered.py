"""Every way in which a receiver can fail, and whose fault it then is."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from aiohttp import web

from healthcheckd.errors import DeliveryError, DeliveryScope
from healthcheckd.notify.webhook import MOST_WORDS
from tests.contract.webhooks.receiver import SECRET, Receiver, parcel, receiving, speaking, webhook
from tests.fakes.clock import NOON

CERTIFICATES = Path(__file__).parents[2] / "integration" / "notify" / "certificates"
ENDLESS = 256 * 1024 * 1024
PIECE = 16 * MOST_WORDS
SOON = {"timeout": timedelta(milliseconds=200)}


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as made:
        yield made


async def failure(url: str, **keys: object) -> DeliveryError:
    async with webhook(url, **keys) as crm:
        with pytest.raises(DeliveryError) as caught:
            await crm.post(parcel())
    return caught.value


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
async def test_any_two_hundred_is_yes(receiver: Receiver, status: int) -> None:
    receiver.status = status
    async with webhook(receiver.url()) as crm:
        assert (await crm.post(parcel())).startswith(str(status))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 410, 413, 422, 451])
async def test_a_refusal_is_for_good(receiver: Receiver, status: int) -> None:
    receiver.status = status
    error = await failure(receiver.url())
    assert (error.permanent, error.scope) == (True, DeliveryScope.MESSAGE)
    assert str(status) in error.what


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 599])
async def test_what_may_pass_by_itself_is_tried_again(receiver: Receiver, status: int) -> None:
    receiver.status = status
    error = await failure(receiver.url())
    assert (error.permanent, error.scope) == (False, DeliveryScope.MESSAGE)


@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        ("30", timedelta(seconds=30)),
        (format_datetime(NOON + timedelta(minutes=5), usegmt=True), timedelta(minutes=5)),
        (format_datetime(NOON - timedelta(minutes=5), usegmt=True), timedelta(0)),
        ("99999999999999999999", timedelta(hours=1)),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
async def test_retry_after_is_heeded_for_an_hour_at_most(
    receiver: Receiver, status: int, asked: str, wait: timedelta | None
) -> None:
    receiver.status, receiver.answers = status, {"Retry-After": asked}
    assert (await failure(receiver.url())).retry_after == wait


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(receiver: Receiver, status: int) -> None:
    async with receiving() as elsewhere:
        receiver.status, receiver.answers = status, {"Location": elsewhere.url()}
        error = await failure(receiver.url())
        assert elsewhere.taken == []
    assert not error.permanent
    assert "redirects" in error.what


async def test_who_does_not_answer_in_time_may_have_taken_it(receiver: Receiver) -> None:
    async def sleeps(request: web.Request) -> web.Response:
        await asyncio.sleep(5)
        return web.Response()

    receiver.answer = sleeps
    error = await failure(receiver.url(), **SOON)
    assert (error.permanent, error.unclear) == (False, True)
    assert error.what == "no answer within 0.2 s"


async def test_where_nobody_listens_nobody_is_asked_twice() -> None:
    async with receiving() as receiver:
        url = receiver.url()
    error = await failure(url)
    assert (error.scope, error.permanent, error.unclear) == (DeliveryScope.CHANNEL, False, False)
    assert error.what == "nothing listens there"


async def test_who_hangs_up_may_have_taken_it() -> None:
    async with speaking(b"") as port:
        error = await failure(f"http://127.0.0.1:{port}/")
    assert (error.scope, error.unclear) == (DeliveryScope.CHANNEL, True)
    assert error.what == "the connection broke off"


async def test_who_speaks_no_http_is_named_so() -> None:
    async with speaking(b"220 mail.example.com ESMTP\r\n") as port:
        error = await failure(f"http://127.0.0.1:{port}/")
    assert error.scope is DeliveryScope.CHANNEL
    assert error.what == "what answers is not HTTP"


async def test_yes_is_yes_even_if_the_rest_breaks_off() -> None:
    async with (
        speaking(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf") as port,
        webhook(f"http://127.0.0.1:{port}/") as crm,
    ):
        assert await crm.post(parcel()) == "200 OK: half"


async def test_yes_is_yes_even_if_the_rest_never_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("healthcheckd.notify.webhook.WORDS_SECONDS", 0.1)
    said = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf"
    async with speaking(said, hold=True) as port, webhook(f"http://127.0.0.1:{port}/") as crm:
        assert await crm.post(parcel()) == "200 OK: half"


async def test_an_answer_without_end_is_cut(receiver: Receiver) -> None:
    sent = 0

    async def floods(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        await response.prepare(request)
        while sent < ENDLESS:
            await response.write(b"x" * PIECE)
            sent += PIECE
        return response

    receiver.answer = floods
    before = time.monotonic()
    async with webhook(receiver.url()) as crm:
        words = await crm.post(parcel())
    assert len(words) <= 160
    assert sent < ENDLESS, "it read on to the end"
    assert time.monotonic() - before < 2


async def test_a_certificate_of_nobody_is_not_believed_unless_it_is_named() -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(CERTIFICATES / "server.pem", CERTIFICATES / "server.key")
    async with receiving(tls) as receiver:
        url = receiver.url(scheme="https")
        error = await failure(url)
        async with webhook(url, ca_file=CERTIFICATES / "server.pem") as crm:
            assert (await crm.post(parcel())).startswith("204")
    assert error.scope is DeliveryScope.CHANNEL
    assert error.what.startswith("its certificate is not trusted")
    assert "ca_file" in error.hint


async def test_a_file_that_is_no_certificate_is_named(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    error = await failure("https://127.0.0.1:9/", ca_file=tmp_path / "ca.pem")
    assert error.what == f"{tmp_path / 'ca.pem'}: not a usable PEM file"


@pytest.mark.parametrize("status", [200, 400, 503])
async def test_an_echo_of_our_secrets_goes_no_further(receiver: Receiver, status: int) -> None:
    url = receiver.url("/T024/B1/abcdefghij?key=qqqqqq", login="ops:pa55word@")
    receiver.status = status
    receiver.text = f"no {url} {SECRET} pa55word Authorization: Bearer {'z' * 20} /T024/B1/abcdefghij key=qqqqqq"
    async with webhook(url) as crm:
        try:
            said = await crm.post(parcel())
        except DeliveryError as error:
            said = f"{error} {error.hint} {error!r}"
    for ours in (SECRET, "pa55word", "abcdefghij", "qqqqqq", "z" * 20):
        assert ours not in said


async def test_foreign_words_steer_no_terminal(receiver: Receiver) -> None:
    receiver.status, receiver.text = 400, "\x1b[31mred\r\n\u202eevil"
    assert (await failure(receiver.url())).what.isprintable()
