"""History, uptime, notices and the trail, from real rows."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from healthcheckd.domain.accounts import AccountId, LedgerKind
from healthcheckd.domain.ledger import Interval, summarise
from healthcheckd.domain.selection import Selection
from healthcheckd.errors import UnknownName
from healthcheckd.ports.control import IncidentFilter, NoticeFilter, Span
from healthcheckd.store.rows import instant, written, written_or_none
from healthcheckd.store.views.audit import audit
from healthcheckd.store.views.history import attempts, history
from healthcheckd.store.views.incidents import incidents
from healthcheckd.store.views.notices import notice_stats, notices, percentile
from healthcheckd.store.views.uptime import uptime
from healthcheckd.store.views.viewpoint import Viewpoint
from tests.contract.database.conftest import NOW, Book, ago

DAY = Span(since=NOW - timedelta(days=1))
_TURN = {"connection_from": "Connected", "connection_to": "Failed", "health_from": "Healthy", "health_to": "Warning"}


def test_history_is_newest_first_and_within_its_span(book: Book) -> None:
    one, other = book.healthy("eu/a"), book.healthy("eu/b")
    for key, hours in ((one, 1), (other, 2), (one, 3), (one, 30)):
        book.put("transitions", account=key, at=ago(hours=hours), reason="x", **_TURN)
    assert [row.id for row in history(book.connection, None, DAY)] == ["eu/a", "eu/b", "eu/a"]
    assert len(history(book.connection, one, Span())) == 3
    assert len(history(book.connection, one, Span(limit=1))) == 1
    until = Span(until=instant(ago(hours=3)))
    assert [row.at for row in history(book.connection, one, until)] == [instant(ago(hours=30))]


def test_outages_of_accounts_and_gateways_are_listed_and_last_until_they_end(book: Book, view: Viewpoint) -> None:
    book.down("eu/a", "Critical", "network", ago(hours=7))
    of_account = IncidentFilter(account=AccountId("eu", "a"))
    ended = {"started_at": ago(hours=2), "ended_at": ago(hours=1), "how": "recovered", "cause": "timeout"}
    book.put("incidents", scope="gateway", subject="eu", **ended)
    gateway, account = incidents(book.connection, IncidentFilter(), Span(), view)
    assert (gateway.subject, gateway.lasted_seconds, gateway.outcome) == ("eu", 3600, "recovered")
    assert (account.subject, account.lasted_seconds, account.outcome) == ("eu/a", 7 * 3600, "")
    assert [row.scope for row in incidents(book.connection, of_account, Span(), view)] == ["account"]


def test_attempts_name_their_account_and_who_asked(book: Book) -> None:
    key = book.healthy("eu/a")
    book.put("attempts", account=key, slot="1", due_at=ago(hours=1), by="ana", result="connected", ended_at=ago())
    [row] = attempts(book.connection, None, Span())
    assert (row.account, row.by, row.result, row.ended_at) == ("eu/a", "ana", "connected", NOW)


def test_uptime_is_up_of_what_is_known_with_the_unknown_beside_it(book: Book, view: Viewpoint) -> None:
    key = book.healthy("eu/a", customer="ACME")
    for kind, start, end in (("up", 30, 10), ("unknown", 10, 8), ("down", 8, 6), ("excluded", 6, 5), ("up", 5, None)):
        until = None if end is None else ago(hours=end)
        book.put("ledger", account=key, kind=kind, from_at=ago(hours=start), until_at=until)
    [row] = uptime(book.connection, Selection(), DAY, "account", view)
    assert (row.up_seconds, row.down_seconds) == (19 * 3600, 2 * 3600)
    assert (row.unknown_seconds, row.excluded_seconds) == (2 * 3600, 3600)
    assert row.percentage == pytest.approx(100 * 19 / 21)
    assert (row.subject, row.from_at, row.until_at) == ("eu/a", NOW - timedelta(days=1), NOW)


def test_nothing_known_gives_no_percentage_and_not_zero(book: Book, view: Viewpoint) -> None:
    book.account("eu/new")
    [row] = uptime(book.connection, Selection(), DAY, "account", view)
    assert (row.percentage, row.excluded_seconds) == (None, 86400)


def test_a_customer_has_the_sum_of_its_accounts(book: Book, view: Viewpoint) -> None:
    for session, kind in (("a", "up"), ("b", "down")):
        key = book.healthy(f"eu/{session}", customer="ACME")
        book.put("ledger", account=key, kind=kind, from_at=ago(days=2))
    book.account("eu/c")
    nobody, acme = uptime(book.connection, Selection(), DAY, "customer", view)
    assert (acme.subject, acme.accounts, acme.percentage) == ("ACME", 2, 50.0)
    assert (nobody.subject, nobody.accounts, nobody.percentage) == ("", 1, None)
    assert [row.subject for row in uptime(book.connection, Selection(customers=("ACME",)), DAY, "account", view)] == [
        "eu/a",
        "eu/b",
    ]


def test_what_is_still_to_come_does_not_count(book: Book, view: Viewpoint) -> None:
    key = book.healthy("eu/a")
    book.put("ledger", account=key, kind="up", from_at=ago(hours=1))
    month = Span(since=NOW - timedelta(hours=1), until=NOW + timedelta(days=30))
    [row] = uptime(book.connection, Selection(), month, "account", view)
    assert (row.up_seconds, row.until_at) == (3600, NOW)


_hours = st.lists(st.integers(-72, 0), min_size=1, max_size=6, unique=True).map(sorted)
_kinds = st.lists(st.sampled_from(LedgerKind), min_size=6, max_size=6)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(_hours, _kinds, st.integers(-80, -1), st.integers(-40, 0))
def test_the_database_sums_as_the_rule_does(
    book: Book, view: Viewpoint, hours: list[int], kinds: list[LedgerKind], since: int, until: int
) -> None:
    instants: list[datetime | None] = [NOW + timedelta(hours=hour) for hour in hours]
    book.connection.execute("DELETE FROM accounts")
    key = book.healthy("eu/a")
    intervals = [
        Interval(kind, None, start, end)
        for kind, start, end in zip(kinds, instants, [*instants[1:], None], strict=False)
        if start is not None
    ]
    for one in intervals:
        stretch = {"from_at": written(one.from_at), "until_at": written_or_none(one.until_at)}
        book.put("ledger", account=key, kind=one.kind, **stretch)
    start, end = NOW + timedelta(hours=since), max(NOW + timedelta(hours=until), NOW + timedelta(hours=since))
    [row] = uptime(book.connection, Selection(), Span(since=start, until=end), "account", view)
    expected = summarise(intervals, start, end)
    for name in ("up", "down", "unknown", "excluded"):
        assert getattr(row, f"{name}_seconds") == pytest.approx(getattr(expected, name).total_seconds(), abs=0.01)
    assert row.percentage == (None if expected.percentage is None else pytest.approx(expected.percentage, abs=1e-4))


def test_notices_are_filtered_by_state_and_account(book: Book) -> None:
    one = book.down("eu/a", "Critical", "network", ago(hours=7))
    other = book.down("eu/b", "Critical", "network", ago(hours=7))
    book.notice(one, "sent", sent_at=ago(minutes=1), message_id="<1@x>")
    book.notice(one, "dead", last_error="no such user", created_at=ago(hours=1))
    book.notice(other, "owed")
    book.put(
        "notices",
        **{"key": "g", "kind": "gateway_down", "role": "operator", "channel": "email", "recipient": "ops@example.com"},
        **{"gateway": "eu", "created_at": ago(hours=3), "due_at": ago(hours=3)},
    )
    rows = notices(book.connection, NoticeFilter(), Span())
    assert [row.account for row in rows] == ["eu/a", "eu/b", "eu/a", ""]
    assert (rows[-1].gateway, rows[-1].role) == ("eu", "operator")
    [dead] = notices(book.connection, NoticeFilter(("dead",), AccountId("eu", "a")), Span())
    assert dead.last_error == "no such user"
    assert len(notices(book.connection, NoticeFilter(("dead", "owed")), Span())) == 3


def test_an_unknown_state_is_refused(book: Book) -> None:
    with pytest.raises(UnknownName) as refused:
        notices(book.connection, NoticeFilter(("snt",)), Span())
    assert refused.value.candidates == ("sent",)


def test_delays_run_from_falling_due_to_being_accepted(book: Book, view: Viewpoint) -> None:
    key = book.down("eu/a", "Critical", "network", ago(hours=7))
    for seconds in (10, 20, 3000):
        book.notice(key, "sent", due_at=ago(hours=1), sent_at=ago(seconds=3600 - seconds))
    book.notice(key, "sent", due_at=ago(days=3), sent_at=ago(days=2), created_at=ago(days=3))
    book.notice(key, "owed", due_at=ago(minutes=4))
    book.notice(key, "superseded")
    stats = notice_stats(book.connection, NOW - timedelta(days=1), view)
    assert (stats.sent, stats.owed, stats.dead, stats.superseded) == (3, 1, 0, 1)
    assert (stats.delay_median_seconds, stats.delay_p95_seconds, stats.delay_max_seconds) == (20, 3000, 3000)
    assert stats.oldest_owed_at == instant(ago(minutes=4))


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [([], 50, None), ([7.0], 95, 7.0), ([1.0, 2.0], 50, 1.0), (list(map(float, range(1, 101))), 95, 95.0)],
)
def test_a_percentile_is_a_value_that_occurred(values: list[float], percent: int, expected: float | None) -> None:
    assert percentile(values, percent) == expected


def test_the_trail_is_newest_first(book: Book) -> None:
    for hours in (3, 1, 2):
        book.put("audit", at=ago(hours=hours), who="ana", how="socket", what=f"{hours}", outcome="done")
    assert [row.what for row in audit(book.connection, Span(limit=2))] == ["1", "2"]
