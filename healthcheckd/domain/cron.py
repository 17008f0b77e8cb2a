"""When something happens next: cadences, right through both changes of daylight saving time."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_A_MONDAY = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Cadence:
    """How often something happens: five cron fields in the user's zone, or a fixed distance. `text` is as written.

    Raises ValueError for a cron expression that is wrong or never comes true, and for a distance that is not positive.
    """

    text: str
    cron: str | None = None
    every: timedelta | None = None

    def __post_init__(self) -> None:
        if (self.cron is None) == (self.every is None):
            raise ValueError("a cadence is either a cron expression or a distance")
        if self.every is not None and self.every <= timedelta(0):
            raise ValueError("the distance must be longer than nothing")
        if self.cron is not None:
            _refuse_bad_cron(self.cron)

    def __str__(self) -> str:
        return self.text


def next_fire(cadence: Cadence, after: datetime, zone: ZoneInfo) -> datetime:
    """The first instant later than `after`, in UTC.

    A distance counts from the epoch, not from the start of the process: a restart neither delays nor repeats anything.
    """
    if cadence.every is not None:
        return _EPOCH + ((after - _EPOCH) // cadence.every + 1) * cadence.every
    return next(_fires(cadence.cron or "", after.astimezone(zone))).astimezone(UTC)


@lru_cache(maxsize=64)
def spacing(cadence: Cadence) -> timedelta:
    """The usual distance between two fires; of two equally usual ones, the longer."""
    if cadence.every is not None:
        return cadence.every
    fires = islice(_fires(cadence.cron or "", _A_MONDAY), 201)
    counted = Counter(later - earlier for earlier, later in pairwise(fires))
    return max(counted, key=lambda distance: (counted[distance], distance))


def _fires(expression: str, after: datetime) -> Iterator[datetime]:
    return iter(CronSim(expression, after))


def _refuse_bad_cron(expression: str) -> None:
    if len(expression.split()) != 5:
        raise ValueError("a cron expression has five fields")
    try:
        next(_fires(expression, _A_MONDAY))
    except CronSimError as error:
        raise ValueError(str(error).lower()) from error
    except StopIteration:
        raise ValueError("no such date ever comes") from None
