"""The report people look at most, from real rows."""

from dataclasses import replace

import msgspec
import pytest

from healthcheckd.domain.observations import Cause, Connection, Health
from healthcheckd.domain.reports.operation import Planned
from healthcheckd.domain.reports.status import HealthCounts, StatsRow, StatusReport, Told, WouldHave
from healthcheckd.errors import UnknownName
from healthcheckd.store.rows import instant
from healthcheckd.store.views.fleet import groups, stats
from healthcheckd.store.views.jobs import jobs
from healthcheckd.store.views.status import SHOWN, info, needs_person, status
from healthcheckd.store.views.viewpoint import Viewpoint
from tests.contract.database.conftest import NOW, Book, ago

CHECK = "whatsapp-health-check"


def test_accounts_are_counted_by_health_and_those_nobody_watches_apart(book: Book, view: Viewpoint) -> None:
    book.healthy("eu/a")
    book.healthy("eu/b", stale_since=ago(minutes=3))
    book.down("eu/c", "Warning", "network", ago(minutes=9))
    book.down("us/d", "Critical", "network", ago(hours=7))
    book.account("us/never-linked")
    book.account("us/off", active=0)
    book.healthy("us/removed", removed_at=ago(days=1))
    expected = HealthCounts(total=5, healthy=2, warning=1, critical=1, unknown=1, stale=1, disabled=1)
    assert status(book.connection, view).accounts == expected


def test_claims_to_be_connected_that_nothing_proves_are_counted_apart(book: Book, view: Viewpoint) -> None:
    book.healthy("eu/proved")
    book.healthy("eu/doubted", proof_failures=1)
    never = {"connection": "Connected", "health": "Healthy", "linked": 1, "ledger": "up"}
    book.account("us/never", **never)
    book.account("us/off", **never, active=0)
    book.down("us/down", "Warning", "network", ago(minutes=9))
    report = status(book.connection, view, by="gateway")
    assert (report.accounts.healthy, report.accounts.unproven) == (3, 2)
    assert {group.name: group.accounts.unproven for group in report.groups} == {"eu": 1, "us": 1}


def test_an_empty_database_gives_an_empty_report(book: Book, view: Viewpoint) -> None:
    book.connection.execute("DELETE FROM daemon")
    book.connection.execute("DELETE FROM gateways")
    report = status(book.connection, view, by="tag")
    assert report.accounts == HealthCounts()
    assert (report.needs_person, report.gateways, report.jobs, report.groups) == ((), (), (), ())


def test_accounts_of_a_gateway_that_was_taken_out_are_not_counted(book: Book, view: Viewpoint) -> None:
    book.gateway("old", removed_at=ago(days=1))
    book.account("old/a", removed_at=ago(days=1))
    assert status(book.connection, view).accounts.total == 0
    assert [gateway.name for gateway in status(book.connection, view).gateways] == ["eu", "us"]


def test_who_needs_a_person_comes_worst_first_with_what_to_do_and_who_was_told(book: Book, view: Viewpoint) -> None:
    shop = book.down("eu/shop 12", "Critical", "logged_out", ago(hours=7), name="Shop")
    book.down("us/young", "Warning", "network", ago(minutes=9))
    book.down("us/old", "Critical", "network", ago(hours=9))
    book.down("us/gone", "Critical", "gateway_down", ago(hours=9), connection="Unreachable")
    book.down("us/taken", "Warning", "replaced", ago(minutes=41))
    book.notice(shop, "sent", sent_at=ago(hours=3))
    book.notice(shop, "sent", sent_at=ago(hours=1), reminder=1)
    book.notice(shop, "owed", recipient="late@example.com")
    rows = needs_person(book.connection, view)
    assert [row.id for row in rows] == ["us/old", "eu/shop 12", "us/taken"]
    assert (rows[1].health, rows[1].cause, rows[1].down_seconds) == (Health.CRITICAL, Cause.LOGGED_OUT, 7 * 3600)
    assert rows[1].title == "Shop"
    assert rows[1].next == "healthcheck pair 'eu/shop 12'"
    assert rows[1].told == (Told("owner", "owner@example.com", "offline", instant(ago(hours=1))),)
    assert (rows[2].next, rows[2].advice) == ("", "in use by another client: stop one of the two")


def test_whoever_said_to_know_of_an_outage_is_named(book: Book, view: Viewpoint) -> None:
    shop = book.down("eu/shop", "Critical", "logged_out", ago(hours=7))
    book.down("eu/other", "Critical", "logged_out", ago(hours=6))
    blast = fallen_together(book, 2)
    known = "UPDATE incidents SET acknowledged_by = 'ana' WHERE id IN (?, ?)"
    book.connection.execute(known, (book.incident_of(shop), blast))
    report = status(book.connection, view)
    assert [(row.id, row.acknowledged_by) for row in report.needs_person] == [("eu/shop", "ana"), ("eu/other", "")]
    assert [row.acknowledged_by for row in report.blasts] == ["ana"]


def test_nobody_is_told_to_pair_what_only_its_maker_can_mend(book: Book, view: Viewpoint) -> None:
    book.gateway("cloud", kind="meta")
    book.down("cloud/1", "Critical", "needs_pairing", ago(hours=7))
    book.down("eu/1", "Critical", "needs_pairing", ago(hours=6))
    cloud, phone = needs_person(book.connection, view)
    assert (cloud.next, phone.next) == ("", "healthcheck pair eu/1")
    assert "Meta Business Manager" in cloud.advice


def test_the_report_shows_a_few_of_many_and_says_how_many(book: Book, view: Viewpoint) -> None:
    for number in range(SHOWN + 5):
        book.down(f"eu/{number:03}", "Critical", "network", ago(hours=7))
    report = status(book.connection, view)
    assert (len(report.needs_person), report.needs_person_total) == (SHOWN, SHOWN + 5)


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("gateway", [("eu", 2, 1), ("us", 1, 0)]),
        ("customer", [("ACME", 1, 1), ("", 2, 0)]),
        ("tag", [("a/b #?%", 1, 1), ("vip", 2, 1), ("", 1, 0)]),
    ],
)
def test_groups_come_worst_first(book: Book, by: str, expected: list[tuple[str, int, int]]) -> None:
    book.down("eu/a", "Critical", "network", ago(hours=7), customer="ACME", tags='["vip","a/b #?%"]')
    book.healthy("eu/b", tags='["vip"]')
    book.healthy("us/c")
    found = [(group.name, group.accounts.total, group.accounts.critical) for group in groups(book.connection, by)]
    assert sorted(found) == sorted(expected)
    assert found[0][2] == 1


def test_an_unknown_grouping_is_refused(book: Book) -> None:
    with pytest.raises(UnknownName, match="no grouping"):
        groups(book.connection, "gatway")


def test_statistics_are_grouped_as_the_document_says_and_named_as_on_the_wire(book: Book) -> None:
    for session in "abc":
        book.healthy(f"eu/{session}")
    book.down("eu/d", "Warning", "network", ago(minutes=9))
    book.down("eu/e", "Critical", "network", ago(hours=7), connection="Failed")
    book.healthy("eu/off", active=0)
    rows = stats(book.connection)
    assert rows[0] == StatsRow(Health.HEALTHY, Connection.CONNECTED, 3)
    assert msgspec.json.decode(msgspec.json.encode(rows)) == [
        {"healthStatus": "Healthy", "connectionStatus": "Connected", "_count": 3},
        {"healthStatus": "Warning", "connectionStatus": "Disconnected", "_count": 1},
        {"healthStatus": "Critical", "connectionStatus": "Failed", "_count": 1},
    ]


def test_a_silent_gateway_comes_first_with_how_long_and_how_many(book: Book, view: Viewpoint) -> None:
    silent = {"silent_since": ago(minutes=18), "last_error": "time-out", "hint": "look at its log"}
    book.gateway("zz", **silent)
    book.healthy("zz/a", stale_since=ago(minutes=18))
    book.put("incidents", scope="gateway", subject="zz", started_at=ago(minutes=18))
    book.put("holds", gateway="eu", from_at=ago(hours=1), until_at=ago(hours=-1), comment="upgrade", by="ana")
    first, second, _ = status(book.connection, view).gateways
    assert (first.name, first.silent_seconds, first.stale, first.accounts) == ("zz", 18 * 60, 1, 1)
    assert (first.in_incident, first.last_error, first.hint) == (True, "time-out", "look at its log")
    assert (second.name, second.held, second.in_incident) == ("eu", "upgrade", False)
    assert second.held_until == instant(ago(hours=-1))
    assert (second.version, second.labels) == ("2026.2.1", {"region": "eu"})


def test_a_job_shows_its_last_run_that_ended_and_its_next(book: Book, view: Viewpoint) -> None:
    started = {"job": CHECK, "started_by": "timetable"}
    book.put("job_runs", **started, started_at=ago(minutes=30), ended_at=ago(minutes=29), result='{"total": 4}')
    book.put("job_runs", **started, started_at=ago(minutes=15), ended_at=ago(minutes=14), error="disk full")
    book.put("job_runs", **started, started_at=ago(seconds=5))
    planned = {CHECK: Planned("*/15 * * * *", NOW), "inactive-client-cleanup": Planned("hourly", NOW)}
    book.put("jobs", name="inactive-client-cleanup", running=0, changed_by="ana", changed_at=ago(days=2))
    check, cleanup = jobs(book.connection, replace(view, planned=planned, alive=True))
    assert (check.name, check.running, check.executing, check.next_at) == (CHECK, True, True, NOW)
    assert (check.error, check.last_seconds, check.last_by, check.result) == ("disk full", 60.0, "timetable", {})
    assert (cleanup.running, cleanup.next_at, cleanup.switched_by) == (False, None, "ana")
    assert status(book.connection, view).checked_at == instant(ago(minutes=29))


def test_a_run_that_a_dead_daemon_left_open_is_not_executing(book: Book, view: Viewpoint) -> None:
    book.put("job_runs", job=CHECK, started_by="timetable", started_at=ago(days=3))
    [check] = jobs(book.connection, replace(view, planned={CHECK: Planned("hourly")}, alive=True))
    assert (check.executing, check.last_started_at) == (False, None)
    book.put("job_runs", job=CHECK, started_by="timetable", started_at=ago(days=1))
    [while_down] = jobs(book.connection, replace(view, planned={CHECK: Planned("hourly")}))
    assert not while_down.executing


def test_notices_due_and_planned_and_dead_are_told_apart(book: Book, view: Viewpoint) -> None:
    shop = book.down("eu/shop", "Critical", "network", ago(hours=7))
    book.notice(shop, "owed", due_at=ago(minutes=30))
    book.notice(shop, "owed", due_at=ago(hours=-20), reminder=1)
    book.notice(shop, "dead")
    book.notice(shop, "dead", created_at=ago(days=30))
    book.put("incidents", scope="channel", subject="email", started_at=ago(minutes=5))
    owed = status(book.connection, view).notices
    assert (owed.owed, owed.planned, owed.dead) == (1, 1, 1)
    assert owed.oldest_owed_at == instant(ago(minutes=30))
    assert owed.channels_failing == ("email",)


def test_the_daemon_is_told_as_it_last_wrote_itself(book: Book, view: Viewpoint) -> None:
    up = info(book.connection, replace(view, alive=True, database="/x.db"))
    assert (up.name, up.version, up.pid, up.alive, up.held, up.database) == ("eu", "1.0.0", 42, True, "", "/x.db")
    assert up.up_since == instant(ago(days=2))
    book.connection.execute("UPDATE daemon SET stopped_at = ?", (ago(hours=1),))
    assert info(book.connection, view).up_since is None


def test_a_hold_says_who_and_why_until_it_runs_out(book: Book, view: Viewpoint) -> None:
    book.put("holds", gateway="", from_at=ago(hours=1), until_at=ago(hours=-1), comment="upgrade", by="ana")
    held = info(book.connection, view)
    assert "by ana" in held.held
    assert "upgrade" in held.held
    assert held.held_until == instant(ago(hours=-1))
    book.connection.execute("UPDATE holds SET until_at = ?", (ago(minutes=1),))
    assert info(book.connection, view).held == ""


def test_watch_mode_says_what_it_kept_from_doing(book: Book, view: Viewpoint) -> None:
    shop = book.down("eu/shop", "Critical", "network", ago(hours=7))
    book.put("attempts", account=shop, slot="1", due_at=ago(hours=6))
    book.put("attempts", account=shop, slot="2", due_at=ago(hours=-1), ended_at=ago(hours=1))
    book.notice(shop, "owed")
    assert status(book.connection, view).would_have is None
    book.connection.execute("UPDATE daemon SET mode = 'watch'")
    assert status(book.connection, view).would_have == WouldHave(instant(ago(days=2)), reconnections=1, notices=1)


def fallen_together(book: Book, number: int) -> int:
    """All of them on `eu`, and logged out; the operator was told."""
    blast = book.put("incidents", scope="blast", subject="gateway:eu", started_at=ago(minutes=18), cause="logged_out")
    at = ago(minutes=18)
    book.put("blasts", incident=blast, level="gateway", name="eu", total=9, opened_at=at, stage_since=at)
    for one in range(number):
        key = book.down(f"eu/shop-{one}", "Warning", "logged_out", at)
        book.put("blast_members", blast=blast, account=key, incident=book.incident_of(key), joined_at=at)
    told = {"kind": "mass_fall", "role": "operator", "channel": "email", "recipient": "ops@example.com"}
    times = {"created_at": ago(minutes=13), "due_at": ago(minutes=13), "sent_at": ago(minutes=12)}
    book.put("notices", key="blast", incident=blast, state="sent", **told, **times)
    return blast


def test_many_that_fell_together_are_one_line(book: Book, view: Viewpoint) -> None:
    book.down("us/alone", "Warning", "logged_out", ago(minutes=9))
    blast = fallen_together(book, 4)
    book.healthy("eu/back")
    report = status(book.connection, view)
    assert [row.id for row in report.needs_person] == ["us/alone"]
    assert report.needs_person_total == 1
    [row] = report.blasts
    assert (row.level, row.shared, row.accounts, row.down, row.cause) == ("gateway", "eu", 4, 4, Cause.LOGGED_OUT)
    assert (row.stage, row.down_seconds, row.next) == ("canary", 1080, f"healthcheck incidents show {blast}")
    assert [(told.recipient, told.at) for told in row.told] == [("ops@example.com", instant(ago(minutes=12)))]


def test_when_it_is_over_those_still_down_are_shown_again(book: Book, view: Viewpoint) -> None:
    fallen_together(book, 2)
    book.connection.execute("UPDATE blasts SET stage = 'over'")
    report = status(book.connection, view)
    assert (report.blasts, len(report.needs_person)) == ((), 2)


def test_the_whole_report_survives_the_wire(book: Book, view: Viewpoint) -> None:
    shop = book.down("eu/shop", "Critical", "logged_out", ago(hours=7))
    book.notice(shop, "sent", sent_at=ago(hours=1))
    fallen_together(book, 2)
    report = status(book.connection, replace(view, warnings=("a template failed",)), by="gateway")
    assert msgspec.json.decode(msgspec.json.encode(report), type=StatusReport) == report
