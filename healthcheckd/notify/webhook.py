"""Events posted to another program: signed, once for each call, and no redirect followed."""

import asyncio
import hashlib
import hmac
import ssl
from collections.abc import Mapping

import aiohttp
from multidict import CIMultiDict

from healthcheckd import __version__
from healthcheckd.notify.webhook_faults import Blame
from healthcheckd.ports.clock import Clock
from healthcheckd.ports.webhooks import Parcel
from healthcheckd.settings import Secret, WebhookSettings

MOST_WORDS = 4096
"""Bytes of an answer that are read: its status says enough."""

WORDS_SECONDS = 2.0
"""How long an answer may take to come in once its status is known."""

IDLE_SECONDS = 4.0


def signature(secret: Secret, at: int, body: bytes) -> str:
    """`t=…,v1=…`: HMAC-SHA256, hexadecimal, over the seconds since 1970, a dot, and exactly these bytes."""
    digest = hmac.new(secret.reveal().encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


class HttpWebhook:
    """A `Webhook` for one URL."""

    def __init__(self, settings: WebhookSettings, clock: Clock) -> None:
        self.name = settings.name
        self._settings = settings
        self._clock = clock
        self._blame = Blame(settings)
        self._timeout = settings.timeout.total_seconds()
        self._session: aiohttp.ClientSession | None = None

    async def post(self, parcel: Parcel) -> str:
        """An answer of 200 to 299 is yes, whether or not the rest of it comes."""
        body = parcel.body.encode()
        try:
            async with asyncio.timeout(self._timeout):
                response = await self._connected().post(
                    self._settings.url.reveal(), data=body, headers=self._headers(parcel, body), allow_redirects=False
                )
        except TimeoutError:
            raise self._blame.late(self._timeout) from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise self._blame.broken(error) from None
        async with response:
            words = self._blame.words(response.status, response.reason or "", await _beginning(response))
            if not 200 <= response.status < 300:
                raise self._blame.refused(response.status, response.headers, words, self._clock.now())
            return words

    async def close(self) -> None:
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    def _headers(self, parcel: Parcel, body: bytes) -> Mapping[str, str]:
        """Ours stand over configured ones of the same name."""
        headers = CIMultiDict({name: value.reveal() for name, value in self._settings.headers.items()})
        headers.update(
            {
                "Content-Type": "application/json",
                "User-Agent": f"healthcheckd/{__version__}",
                "Accept-Encoding": "identity",
                "Idempotency-Key": parcel.key,
                "X-Healthcheckd-Event": parcel.event,
                "X-Healthcheckd-Delivery": parcel.delivery,
                "X-Healthcheckd-Signature": signature(self._settings.secret, int(self._clock.now().timestamp()), body),
            }
        )
        if parcel.replayed:
            headers["X-Healthcheckd-Replay"] = "true"
        return headers

    def _connected(self) -> aiohttp.ClientSession:
        """Made at first use: a session belongs to the loop that runs."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=IDLE_SECONDS, ssl=self._trust()),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
            )
        return self._session

    def _trust(self) -> ssl.SSLContext | bool:
        """The system's authorities, and the configured ones beside them."""
        if self._settings.ca_file is None:
            return True
        try:
            context = ssl.create_default_context()
            context.load_verify_locations(cafile=self._settings.ca_file)
        except OSError as error:
            raise self._blame.unusable(error) from None
        return context


async def _beginning(response: aiohttp.ClientResponse) -> bytes:
    """What came of the body in a short time, and no more than a little."""
    body = bytearray()
    try:
        async with asyncio.timeout(WORDS_SECONDS):
            async for piece in response.content.iter_any():
                body += piece
                if len(body) >= MOST_WORDS:
                    response.close()
                    break
    except (aiohttp.ClientError, OSError):
        response.close()
    return bytes(body[:MOST_WORDS])
