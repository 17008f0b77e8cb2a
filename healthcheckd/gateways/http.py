"""The one HTTP client of all adapters: turns, deadlines, limits, retries of reads."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar
from urllib.parse import quote, urlencode

import aiohttp
import msgspec
from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_random_exponential
from yarl import URL

from healthcheckd.errors import GatewayError, GatewayFault
from healthcheckd.gateways.credentials import Credentials
from healthcheckd.gateways.faults import Faults
from healthcheckd.gateways.tls import tls_of
from healthcheckd.ports.clock import Clock
from healthcheckd.settings import GatewaySettings, Secret, SweepSettings

MIB = 1024 * 1024
SINGLE = MIB
LIST = 64 * MIB
PATIENCE = 3
"""Verbs and QR codes may take this many times the gateway's `timeout`: WAHA waits 5 s for a state by itself."""
TRIES = 3
CONCURRENCY = SweepSettings().concurrency
IDLE = 4.0
"""Seconds. Node closes idle connections after 5; a verb sent on a dying one would fail, and is never repeated."""
GATEWAY_WIDE = frozenset({401, 403, 429, 502, 503, 504})
"""Statuses that say nothing of the session asked for."""
PLAIN = re.compile(r"[A-Za-z0-9_-]+")
"""Needs no encoding, as nearly every name."""
TRY_AGAIN = frozenset({GatewayFault.REFUSED, GatewayFault.NETWORK, GatewayFault.SERVER_ERROR})

Segment = str | Secret
"""One part of a path. Some gateways want a secret there: it is sent, and shown to nobody."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that came in whole, of whatever status. `latency` is in seconds, without the wait for a turn; the
    names of `headers` may be asked for in any case."""

    status: int
    body: bytes
    latency: float
    where: str
    content_type: str = ""
    wants_password: bool = False
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    url: URL
    where: str
    limit: int = SINGLE
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Client:
    """HTTP to one gateway. What concerns the whole gateway raises `GatewayError`: no connection, a time-out, 401, 403,
    429, 502 to 504, a redirect, a body over the limit or cut short. Any other status is an `Answer` to look at."""

    def __init__(
        self,
        settings: GatewaySettings,
        clock: Clock,
        *,
        key_header: str | None,
        concurrency: int = CONCURRENCY,
        own_statuses: frozenset[int] = frozenset(),
        key_prefix: str = "",
    ) -> None:
        """Without a `key_header`, name and password are the key; a `key_prefix` goes before it. `own_statuses` are
        those that say something of the session with this kind of gateway, and so are answers."""
        self.faults = Faults(settings)
        self.credentials = Credentials(settings, key_header, key_prefix)
        self._settings = settings
        self._clock = clock
        self._wide = GATEWAY_WIDE - own_statuses
        self._turns = asyncio.Semaphore(concurrency)
        self._base = str(URL(settings.url)).rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def read(
        self,
        *segments: Segment,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        limit: int = SINGLE,
        patient: bool = False,
    ) -> Answer:
        """GET; tried again while the gateway's own door is shut, all within one deadline."""
        url, where = self._place(segments, query)
        request = _Request("GET", url, where, limit, headers=headers or {})
        return await self._within(lambda: self._persistently(request), request, patient)

    async def act(
        self,
        *segments: Segment,
        body: Any = None,
        method: Literal["POST", "GET"] = "POST",
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """A verb, made once: an answer that is lost may have been a success. With some gateways it is a GET."""
        encoded = None if body is None else msgspec.json.encode(body)
        url, where = self._place(segments, query)
        request = _Request(method, url, where, body=encoded, headers=headers or {})
        return await self._within(lambda: self._authorised(request), request, patient=True)

    async def read_as_stranger(self, *segments: str) -> Answer:
        """GET without the key, of any status: whether the gateway asks for one at all."""
        request = _Request("GET", *self._place(segments), LIST)
        return await self._within(lambda: self._exchange(request, self.credentials.without_key), request, patient=False)

    def failure(self, answer: Answer, words: str = "") -> GatewayError:
        """The error that an answer means; `words` of it are made safe and short."""
        words = short(self.credentials.scrub(words))
        return self.faults.status(answer.status, answer.where, words, basic=answer.wants_password)

    def decode(self, answer: Answer, shape: type[T]) -> T:
        """The body as `shape`; anything else is a bad answer."""
        try:
            return msgspec.json.decode(answer.body, type=shape)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            kind = short(answer.content_type, 40)
            what = f"not the JSON expected ({kind})" if kind else "not the JSON expected"
            raise self.faults.bad_answer(answer.where, what) from None

    async def close(self) -> None:
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    def _place(self, segments: tuple[Segment, ...], query: Mapping[str, str] | None = None) -> tuple[URL, str]:
        """The address to ask, and how an error names it."""
        path = "".join("/" + self.quoted(part.reveal() if isinstance(part, Secret) else part) for part in segments)
        named = "".join("/****" if isinstance(part, Secret) else "/" + self.quoted(part) for part in segments)
        tail = "?" + urlencode(query) if query else ""
        return URL(self._base + path + tail, encoded=True), self.faults.where(named)

    def quoted(self, segment: str) -> str:
        """Encoded once. A name that would climb out of its place in the path cannot be asked for."""
        if PLAIN.fullmatch(segment):
            return segment
        try:
            encoded = quote(segment, safe="")
        except UnicodeEncodeError:
            encoded = ""
        if encoded in {"", ".", ".."}:
            raise GatewayError(GatewayFault.NOT_FOUND, "no session can have this name", where=self._settings.name)
        return encoded

    async def _within(self, call: Callable[[], Awaitable[Answer]], request: _Request, patient: bool) -> Answer:
        seconds = self._settings.timeout.total_seconds() * (PATIENCE if patient else 1)
        # The turn comes first: time spent waiting for it is ours, and must not look like a slow gateway.
        async with self._turns:
            try:
                async with asyncio.timeout(seconds):
                    return await call()
            except TimeoutError:
                raise self.faults.late(request.where, seconds) from None

    async def _persistently(self, request: _Request) -> Answer:
        try:
            return await self._authorised(request)
        except GatewayError as error:
            return await self._again(request, error)

    async def _again(self, request: _Request, first: GatewayError) -> Answer:
        """Apart from the first try, which nearly always does: to prepare for others costs as much as a request."""
        failures = iter([first])

        async def attempt() -> Answer:
            for failure in failures:
                raise failure
            return await self._authorised(request)

        attempts = AsyncRetrying(
            retry=retry_if_exception(lambda error: isinstance(error, GatewayError) and error.fault in TRY_AGAIN),
            stop=stop_after_attempt(TRIES),
            wait=wait_random_exponential(multiplier=0.2, max=1.0),
            sleep=self._clock.sleep,
            reraise=True,
        )
        return await attempts(attempt)

    async def _authorised(self, request: _Request) -> Answer:
        headers = self.credentials.headers
        answer = await self._exchange(request, {**headers, **request.headers})
        if answer.status == 401:
            self.credentials.renew()
            # Refused before anything was done, so this repeats no deed; and only with another key.
            if self.credentials.headers != headers:
                answer = await self._exchange(request, {**self.credentials.headers, **request.headers})
        if answer.status in self._wide:
            raise self.faults.status(answer.status, answer.where, basic=answer.wants_password)
        return answer

    async def _exchange(self, request: _Request, headers: Mapping[str, str]) -> Answer:
        if request.body is not None:
            headers = {**headers, "Content-Type": "application/json"}
        proxy = self._settings.proxy.reveal() if self._settings.proxy else None
        started = self._clock.monotonic()
        try:
            async with self._connected().request(
                request.method, request.url, data=request.body, headers=headers, allow_redirects=False, proxy=proxy
            ) as response:
                if 300 <= response.status < 400:
                    raise self.faults.redirected(response.headers.get("Location", ""), request.where)
                body = await self._body(response, request)
                latency = self._clock.monotonic() - started
                basic = response.headers.get("WWW-Authenticate", "").lower().startswith("basic")
                said = (response.content_type, basic, response.headers)
                return Answer(response.status, body, latency, request.where, *said)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            if isinstance(error, TimeoutError):
                raise
            raise self.faults.broken(error, request.where) from None

    async def _body(self, response: aiohttp.ClientResponse, request: _Request) -> bytes:
        body = bytearray()
        async for piece in response.content.iter_any():
            body += piece
            if len(body) > request.limit:
                raise self.faults.bad_answer(request.where, f"the answer is over {request.limit // MIB} MiB")
        return bytes(body)

    def _connected(self) -> aiohttp.ClientSession:
        """Made at first use: a session belongs to the loop that runs."""
        if self._session is None:
            tls = tls_of(self._settings, self.faults)
            self._session = aiohttp.ClientSession(
                # Unlimited: the turns limit already, and aiohttp's time-outs would count a wait for its pool.
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=IDLE, ssl=tls),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"Accept": "application/json", "User-Agent": "healthcheckd"},
                skip_auto_headers=("Content-Type",),
            )
            # aiohttp would send a GET again over a connection that died, and the verbs of some gateways are GETs.
            self._session._retry_connection = False
        return self._session


def short(text: str, limit: int = 160) -> str:
    """Foreign words for a sentence of ours: one line, no control characters, bounded."""
    plain = " ".join("".join(sign if sign.isprintable() else " " for sign in text[: 4 * limit]).split())
    return plain if len(plain) <= limit else plain[: limit - 1] + "…"
