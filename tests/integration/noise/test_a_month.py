"""A month of each reader: nobody gets more than they live with, and the forecast tells the same as the month did."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

from healthcheckd.domain.cron import Cadence
from healthcheckd.domain.forecast import A_WEEK, PAGES_A_DAY
from healthcheckd.domain.notices import GOOD_NEWS, NoticeKind
from healthcheckd.store.views.forecast import forecast
from tests.fakes.month import DAY, START, Month, lived
from tests.fakes.readers import AGENCY, COMPANY, ONCALL, OPS, SHOP, agency, company, shop
from tests.fakes.troubles import Truth

HOURLY = Cadence("1 hour", every=timedelta(hours=1))
"""Fewer sweeps than a company would have: what lasts less than an hour makes no page anyway."""


def got(month: Month, reader: str, every: timedelta) -> list[int]:
    """Messages of each week, or day; the good news of a pager and digests wake nobody."""
    silent = {NoticeKind.DIGEST, *(GOOD_NEWS if reader == ONCALL else ())}
    counts = Counter(
        (at - START) // every for at, one in month.sent if one.recipient == reader and one.kind not in silent
    )
    return [counts[number] for number in range(timedelta(days=month.truth.days) // every + 1)]


def told(month: Month) -> int:
    """As the forecast tells it."""
    return forecast(month.connection, month.terms, None, START, month.now).forecast


async def test_the_agency_s_operator_gets_no_more_than_ten_messages_a_week(tmp_path: Path) -> None:
    truth = Truth(AGENCY, days=30, seed=1)
    month = await lived(tmp_path, agency(truth), truth)
    weeks = got(month, OPS, 7 * DAY)
    print("A: messages a week", weeks, "in the month", sum(weeks), "owners", month.counted().total() - sum(weeks))
    assert sum(weeks) >= 10 and max(weeks) <= A_WEEK
    assert abs(told(month) - month.counted().total()) <= 3


async def test_the_company_s_pager_goes_off_three_times_a_day_at_most_and_a_digest_comes(tmp_path: Path) -> None:
    truth = Truth(COMPANY, days=30, seed=2)
    month = await lived(tmp_path, company(truth, HOURLY), truth)
    days = got(month, ONCALL, DAY)
    digests = sum(one.kind == NoticeKind.DIGEST for _, one in month.sent)
    print("B: pages a day", days, "in the month", sum(days), "digests", digests)
    assert sum(days) >= 5 and max(days) <= PAGES_A_DAY
    assert digests == 30 and sum(got(month, OPS, DAY)) == 0


async def test_the_shop_gets_no_more_than_one_message_a_month(tmp_path: Path) -> None:
    truth = Truth(SHOP, days=360, seed=1)
    month = await lived(tmp_path, shop(truth), truth)
    months = got(month, OPS, 30 * DAY)
    print("C: messages a month", months)
    assert 1 <= sum(months) <= 12
    assert told(month) == sum(months)
