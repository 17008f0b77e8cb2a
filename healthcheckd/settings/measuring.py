"""How we are watched ourselves: figures to fetch, a sign of life, a test of the whole way."""

from dataclasses import dataclass
from datetime import timedelta

from healthcheckd.settings.values import Secret


@dataclass(frozen=True, slots=True)
class MetricsSettings:
    """`token` is asked of whoever fetches the figures; it does not expire."""

    listen: tuple[str, int] | None = None
    token: Secret | None = None


@dataclass(frozen=True, slots=True)
class HeartbeatSettings:
    """Where a sign of life goes, and how often; the address is a secret, since whoever knows it can feign us alive."""

    url: Secret | None = None
    every: timedelta = timedelta(minutes=5)
    timeout: timedelta = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class SelfTestSettings:
    """An account of our own falls, and the message has to arrive; the sign of life waits for it."""

    every: timedelta | None = None
