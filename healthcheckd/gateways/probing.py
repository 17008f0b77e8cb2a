"""Probes of our own network: a page that answers something, a port that can be connected to."""

import asyncio
from urllib.parse import urlsplit

import aiohttp

from healthcheckd.ports.probe import Probe
from healthcheckd.settings import NetworkSettings


def probes_of(settings: NetworkSettings) -> tuple[Probe, ...]:
    return tuple(_probe(place, settings.timeout.total_seconds()) for place in settings.probes)


class WebProbe:
    """Whatever the status: somebody answered. A certificate that is not to be believed may be anybody's."""

    def __init__(self, url: str, deadline: float) -> None:
        self._url = url
        self._deadline = aiohttp.ClientTimeout(total=deadline)

    async def answers(self) -> bool:
        try:
            async with (
                aiohttp.ClientSession(timeout=self._deadline, cookie_jar=aiohttp.DummyCookieJar()) as session,
                session.get(self._url, allow_redirects=False),
            ):
                return True
        except (aiohttp.ClientError, OSError):
            return False


class TcpProbe:
    def __init__(self, host: str, port: int, deadline: float) -> None:
        self._place = (host, port)
        self._deadline = deadline

    async def answers(self) -> bool:
        try:
            async with asyncio.timeout(self._deadline):
                _, writer = await asyncio.open_connection(*self._place)
        except OSError:
            return False
        writer.close()
        return True


def _probe(place: str, deadline: float) -> Probe:
    parts = urlsplit(place)
    if parts.scheme == "tcp":
        return TcpProbe(parts.hostname or "", parts.port or 0, deadline)
    return WebProbe(place, deadline)
