"""How many calls Meta still allows, by its own word, and until when it is to be left alone."""

from collections.abc import Mapping

import msgspec

from healthcheckd.errors import GatewayError, GatewayFault
from healthcheckd.ports.clock import Clock

HEADER = "X-Business-Use-Case-Usage"
NEARLY = 90
"""Percent of a quota from which on nothing is asked for a while: what is left is for whoever sends messages."""
PAUSE = 300.0
"""Seconds. A quota is counted over the last hour, so that each such pause frees a part of it."""
LONGEST = 24 * 3600.0
"""Seconds. No stated wait is believed beyond a day."""


class _Use(msgspec.Struct):
    """Percent of the quota; `estimated_time_to_regain_access` in minutes, and 0 while nothing is refused."""

    call_count: float = 0
    total_cputime: float = 0
    total_time: float = 0
    estimated_time_to_regain_access: float = 0

    @property
    def wait(self) -> float:
        if self.estimated_time_to_regain_access > 0:
            return min(self.estimated_time_to_regain_access * 60, LONGEST)
        return PAUSE if max(self.call_count, self.total_cputime, self.total_time) >= NEARLY else 0.0


class Quota:
    """Of one business account. It is one of all who use the same key, so it may be spent without us."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until = 0.0

    def check(self, where: str) -> None:
        """Raises `GatewayError` while Meta is to be left alone."""
        if (left := self._until - self._clock.monotonic()) > 0:
            minutes = max(round(left / 60), 1)
            what = f"Meta's quota of calls is used up: nothing is asked for {minutes} min"
            raise GatewayError(GatewayFault.RATE_LIMITED, what, where=where)

    def heed(self, headers: Mapping[str, str]) -> None:
        """What an answer says of the quota. It may count several uses; the worst decides."""
        self._rest(max((use.wait for use in _uses(headers.get(HEADER, ""))), default=0.0))

    def exceeded(self) -> None:
        """A call was refused for its quota: where Meta does not say how long, it is a while."""
        if self._until <= self._clock.monotonic():
            self._rest(PAUSE)

    def _rest(self, seconds: float) -> None:
        if seconds:
            self._until = max(self._until, self._clock.monotonic() + seconds)


def _uses(header: str) -> list[_Use]:
    """All that is counted, whatever for; nothing of a header in another form."""
    try:
        by_business = msgspec.json.decode(header or "{}", type=dict[str, list[_Use]])
    except msgspec.MsgspecError:
        return []
    return [use for uses in by_business.values() for use in uses]
