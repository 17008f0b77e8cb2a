"""How sessions are watched, graded and reconnected."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from healthcheckd.domain.policy import BlastRules, HealthRules, ReconnectPolicy
from healthcheckd.settings.values import Share


@dataclass(frozen=True, slots=True)
class HealthSettings(HealthRules):
    proof: Literal["off", "local", "lookup"] = "local"
    lookups_per_minute: int = 10


@dataclass(frozen=True, slots=True)
class SweepSettings:
    wait: timedelta = timedelta(seconds=90)
    concurrency: int = 16
    chunk: int = 1000


@dataclass(frozen=True, slots=True)
class ReconnectSettings(ReconnectPolicy):
    steady_after: timedelta = timedelta(hours=1)
    per_gateway: int = 2
    per_minute: int = 10
    per_minute_total: int = 30


@dataclass(frozen=True, slots=True)
class CleanupSettings:
    idle_after: timedelta = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class BlastSettings(BlastRules):
    share: Share = Share(0.3)


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    """`probes` answer as long as our own network works: `https://HOST/…` or `tcp://HOST:PORT`."""

    probes: tuple[str, ...] = ()
    timeout: timedelta = timedelta(seconds=5)
