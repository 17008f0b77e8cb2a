"""A month's messages of each reader, at full length and by several seeds, and how long a forecast of it takes."""

import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from healthcheckd.domain.cron import Cadence
from healthcheckd.domain.notices import GOOD_NEWS, NoticeKind
from healthcheckd.settings import Settings
from healthcheckd.store.views.forecast import forecast
from tests.benchmarks.figures import Figure
from tests.fakes.month import DAY, START, Month, lived
from tests.fakes.readers import AGENCY, COMPANY, ONCALL, OPS, SHOP, agency, company, shop
from tests.fakes.troubles import Fleet, Truth

_QUARTERLY = Cadence("15 minutes", every=timedelta(minutes=15))


def noise() -> Iterator[Figure]:
    for seed in (1, 2, 3):
        yield from _reader("A, an agency", AGENCY, agency, (OPS, 7 * DAY, "week, to reach: 10", seed))
        yield from _reader("C, a shop", SHOP, shop, (OPS, 30 * DAY, "month, to reach: 1", seed))
    yield from _reader(
        "B, a company", COMPANY, lambda truth: company(truth, _QUARTERLY), (ONCALL, DAY, "day, to reach: 3", 2)
    )


def _reader(
    who: str, fleet: Fleet, settings: Callable[[Truth], Settings], what: tuple[str, timedelta, str, int]
) -> Iterator[Figure]:
    reader, every, target, seed = what
    truth = Truth(fleet, 30, seed)
    with tempfile.TemporaryDirectory() as folder:
        month = asyncio.run(lived(Path(folder), settings(truth), truth))
        counts = _counts(month, reader, every)
        yield Figure(f"{who}, seed {seed}: messages in a month", f"{sum(counts)}, at most {max(counts)} a", target)
        began = time.perf_counter()
        forecast(month.connection, month.terms, None, month.now - 7 * DAY, month.now)
        yield Figure(f"{who}, seed {seed}: a forecast by its last week", f"{time.perf_counter() - began:.2f} s", "")


def _counts(month: Month, reader: str, every: timedelta) -> list[int]:
    quiet = {NoticeKind.DIGEST, *(GOOD_NEWS if reader == ONCALL else ())}
    counts = Counter(
        (at - START) // every for at, one in month.sent if one.recipient == reader and one.kind not in quiet
    )
    return [counts[number] for number in range(timedelta(days=30) // every)]
