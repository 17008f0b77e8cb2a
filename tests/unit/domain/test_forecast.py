"""Messages counted by their readers, and what is said to those who get too many."""

from collections import Counter
from datetime import timedelta

from healthcheckd.domain.forecast import Count, Sent, advise, loud

WEEK = timedelta(days=7)
QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)


def sent(number: int, kind: str = "escalation", channel: str = "email", role: str = "operator") -> Counter[Sent]:
    return Counter({Sent("ops", channel, role, kind): number})


def test_a_reader_is_counted_once_whatever_the_kinds() -> None:
    [row] = Count(sent(3) + sent(2, "recovered"), sent(4), WEEK).rows()
    assert (row.forecast, row.sent, [one.kind for one in row.kinds]) == (5, 4, ["escalation", "recovered"])


def test_who_got_something_and_would_get_nothing_now_is_listed_too() -> None:
    [row] = Count(Counter(), sent(4), WEEK).rows()
    assert (row.forecast, row.sent) == (0, 4)


def test_an_operator_lives_with_ten_a_week_an_owner_with_any_number() -> None:
    assert loud(Count(sent(10), Counter(), WEEK).rows()) == []
    assert len(loud(Count(sent(11), Counter(), WEEK).rows())) == 1
    assert loud(Count(sent(90, role="owner"), Counter(), WEEK).rows()) == []


def test_digests_do_not_count() -> None:
    assert loud(Count(sent(10) + sent(7, "digest"), Counter(), WEEK).rows()) == []


def test_a_pager_may_go_off_three_times_a_day_and_its_good_news_wakes_nobody() -> None:
    three = sent(3, "gateway_down", "pager") + sent(3, "gateway_up", "pager")
    assert loud(Count(three, Counter(), WEEK / 7, {"pager"}).rows()) == []
    assert len(loud(Count(three + sent(1, "mass_fall", "pager"), Counter(), WEEK / 7, {"pager"}).rows())) == 1


def test_the_shortest_patience_that_is_enough_is_advised() -> None:
    [row] = Count(sent(20), Counter(), WEEK).rows()
    said = advise(row, False, QUARTER, {HOUR / 2: 15, HOUR: 9, 3 * HOUR: 4})
    assert said == (
        '20 messages to ops are more than 10 a week. notify.operator_after = "1 hour" (now 15 minutes) would make it 9.'
    )


def test_where_patience_does_not_help_a_digest_is_advised() -> None:
    [row] = Count(sent(20), Counter(), WEEK).rows()
    assert "[operator] digest" in advise(row, False, QUARTER, {HOUR: 20})


def test_whole_gateways_want_maintenance() -> None:
    [row] = Count(sent(20, "gateway_down"), Counter(), WEEK).rows()
    assert "[[maintenance]]" in advise(row, False, QUARTER, {})
