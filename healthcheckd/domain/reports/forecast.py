"""What each reader would have been sent under the present settings, beside what they were."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class KindCount:
    """Messages of one kind: `forecast` by the present settings, `sent` those that really went."""

    kind: str
    forecast: int = 0
    sent: int = 0


@dataclass(frozen=True, slots=True)
class ForecastRow:
    """One reader, by one channel, in one role. `budget` is what a reader lives with in that time; None has no limit.
    Digests and the ends of alerts do not count against it: `counted` is what does."""

    recipient: str
    channel: str
    role: str
    forecast: int = 0
    sent: int = 0
    kinds: tuple[KindCount, ...] = ()
    counted: int = 0
    budget: int | None = None


@dataclass(frozen=True, slots=True)
class ForecastReport:
    """`advice` has a sentence for each reader over the budget."""

    since: datetime
    until: datetime
    forecast: int = 0
    sent: int = 0
    rows: tuple[ForecastRow, ...] = ()
    advice: tuple[str, ...] = ()
