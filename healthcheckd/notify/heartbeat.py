"""The sign of life over HTTP: one GET, as hc-ping and its like want it."""

import aiohttp

from healthcheckd.errors import DeliveryError, DeliveryScope
from healthcheckd.settings import HeartbeatSettings, Secret


class HttpPinger:
    """Fills `Pinger`. A connection of its own each time: between two signs of life lie minutes."""

    def __init__(self, url: Secret, settings: HeartbeatSettings) -> None:
        self._url = url
        self._timeout = aiohttp.ClientTimeout(total=settings.timeout.total_seconds())

    async def ping(self) -> None:
        try:
            async with (
                aiohttp.ClientSession(timeout=self._timeout, cookie_jar=aiohttp.DummyCookieJar()) as session,
                session.get(self._url.reveal(), allow_redirects=False) as response,
            ):
                status = response.status
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _lost(f"{type(error).__name__} while asking") from None
        if not 200 <= status < 300:
            raise _lost(f"answered {status}")


def _lost(what: str) -> DeliveryError:
    """Without the words of the library, which show the address."""
    return DeliveryError(f"the address of [heartbeat]: {what}", scope=DeliveryScope.CHANNEL, permanent=False)
