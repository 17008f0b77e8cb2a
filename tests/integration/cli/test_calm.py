"""`healthcheck incidents` and `healthcheck silence`, as people type them."""

import json
from datetime import timedelta

import pytest

from healthcheckd.domain.matching import Reach
from healthcheckd.ports.control import IncidentFilter, NoticeFilter, Span
from healthcheckd.store.rows import mapped
from tests.contract.api.conftest import ANA
from tests.contract.api.fakes import NOW, SHOP, FakeDaemon
from tests.integration.cli.conftest import Fleet, Run

STORY = """\
INCIDENT 7     main/shop: logged out
  began        2026-05-04 09:00:00
  lasts        3 h
  fell again   1 time

"""


async def test_outages_are_listed(run: Run, daemon: FakeDaemon) -> None:
    ended = await run("incidents", "list")
    assert ended.out.splitlines()[0].split() == ["NO", "BEGAN", "LASTED", "WHAT", "WHY", "STATE"]
    assert "main/shop" in ended.out and "known to ana" in ended.out
    assert daemon.asked == [("incidents", IncidentFilter(), Span(limit=50))]


async def test_they_are_chosen(run: Run, daemon: FakeDaemon) -> None:
    await run("incidents", "list", "--open", "--account", "shop", "-g", "main", "--scope", "account", "-n", "0")
    assert daemon.asked == [("incidents", IncidentFilter(True, SHOP, "main", "account"), Span(limit=0))]


async def test_as_csv_they_go_into_a_spreadsheet(run: Run, daemon: FakeDaemon) -> None:
    head, row = (await run("incidents", "list", "--csv")).out.splitlines()
    assert head.startswith("id,scope,subject,cause,started_at,ended_at,lasted_seconds")
    assert row.startswith("7,account,main/shop,logged_out,2026-05-04T09:00:00+00:00,,10800,")


async def test_one_is_told_from_its_beginning(run: Run, daemon: FakeDaemon) -> None:
    told = (await run("incidents", "show", "7")).out
    assert told.startswith(STORY)
    for sentence in (
        "silence      until 05-04 09:25:00, by ana: gateway main: moving",
        "reading      Healthy → Warning (connected → failed): fell",
        "attempt      reconnect, still down after 1 min: FAILED",
        "notice       action required to owner@example.com by email: sent at try 2",
        "held back by silence 3 until 05-04 09:25:00",
        "250 2.0.0 Ok: queued as 4Fz1Y23kLz",
        "known        to ana: SIM card is ordered",
        "notice       escalation to ops@example.com by email: not sent, acknowledged by ana",
        "notice       offline to owner@example.com by email: owed",
    ):
        assert sentence in told
    assert "failed → connecting" not in told
    assert told.endswith("\n1 reading without news left out; --json has all\n")


async def test_for_programs_it_is_whole(run: Run, daemon: FakeDaemon) -> None:
    told = json.loads((await run("incidents", "show", "7", "--json")).out)
    assert [step["kind"] for step in told["steps"]].count("notice") == 3


async def test_one_that_does_not_exist(run: Run, daemon: FakeDaemon) -> None:
    ended = await run("incidents", "show", "99")
    assert (ended.code, ended.out) == (2, "")
    assert "there is no incident 99" in ended.err and "healthcheck incidents list" in ended.err


async def test_somebody_knows(run: Run, daemon: FakeDaemon) -> None:
    assert (await run("incidents", "ack", "7", "--comment", "I know")).out == "incident 7 is acknowledged\n"
    assert (await run("incidents", "ack", "7", "--undo")).out == "nobody had acknowledged incident 7\n"
    assert [asked[:2] for asked in daemon.asked] == [("acknowledge", 7), ("take back", 7)]
    assert daemon.asked[0][2] == "I know"


async def test_a_silence_is_made(run: Run, daemon: FakeDaemon) -> None:
    asked = ("--gateway", "main", "--account", "shop", "--account", "main/a*", "--for", "2h", "--comment", "moving")
    ended = await run("silence", "add", *asked)
    assert ended.out.startswith("silence 3 until ") and ended.out.endswith(": gateway main (12 accounts now)\n")
    reach = Reach(accounts=("main/shop", "main/a*"), gateways=("main",))
    assert daemon.asked == [("silence", reach, NOW + timedelta(hours=2), "moving", daemon.asked[0][-1])]
    assert daemon.asked[0][-1] == ANA


@pytest.mark.parametrize("end", [(), ("--for", "2h", "--until", "2027-01-01")])
async def test_it_has_one_end(run: Run, daemon: FakeDaemon, end: tuple[str, ...]) -> None:
    ended = await run("silence", "add", "--gateway", "main", *end)
    assert ended.code == 2 and "say when it ends" in ended.err
    assert daemon.asked == []


async def test_what_is_no_date_is_said(run: Run, daemon: FakeDaemon) -> None:
    ended = await run("silence", "add", "--gateway", "main", "--until", "soon")
    assert ended.code == 2 and "“soon” is no date" in ended.err


async def test_silences_are_listed_and_ended(run: Run, daemon: FakeDaemon) -> None:
    listed = (await run("silence", "list")).out
    assert "in force" in listed and "gateway main" in listed and "moving" in listed
    assert (await run("silence", "end", "3")).out == "silence 3 has ended\n"


async def test_what_was_superseded_is_listed_only_when_asked_for(run: Run, daemon: FakeDaemon) -> None:
    await run("notices", "list")
    await run("notices", "list", "--all")
    await run("notices", "list", "--state", "superseded")
    asked = [wanted for _, wanted, _ in daemon.asked]
    assert asked == [
        NoticeFilter(("owed", "sent", "dead", "cancelled")),
        NoticeFilter(),
        NoticeFilter(("superseded",)),
    ]


async def test_without_a_daemon_they_are_as_last_known(run: Run, fleet: Fleet) -> None:
    fleet.daemon(stopped_at=fleet.ago(hours=1))
    fleet.gateway("eu")
    key = fleet.down("eu/shop", "Warning", "network", fleet.ago(hours=3))
    fleet.notice(key, "sent", sent_at=fleet.ago(minutes=5), words="250 OK")
    ended = await run("incidents", "list", "--open")
    assert "eu/shop" in ended.out and "As last known" not in ended.out and "as last known" in ended.err
    assert "250 OK" in (await run("incidents", "show", "1")).out


async def test_status_and_accounts_tell_what_is_silent(run: Run, fleet: Fleet) -> None:
    fleet.daemon()
    fleet.gateway("eu")
    fleet.healthy("eu/shop")
    fleet.healthy("eu/cafe", muted_until="9999-12-31T00:00:00.000Z")
    reach = mapped({"accounts": ["eu/sh*"]})
    until = fleet.ago(hours=-3)
    fleet.put("silences", reach=reach, by="ana", comment="moving", from_at=fleet.ago(hours=1), until_at=until)
    window = {"reach": mapped({"gateways": ["eu"]}), "cadence": "daily at 02:00"}
    fleet.put("maintenance", name="now", from_at=fleet.ago(hours=1), until_at=fleet.ago(hours=-1), **window)
    fleet.put("maintenance", name="later", from_at=fleet.ago(hours=-5), until_at=fleet.ago(hours=-6), **window)
    status = (await run("status")).out
    assert "by ana: moving" in status and "healthcheck silence end 1" in status
    assert "MAINTENANCE now until" in status and "Next maintenance: later" in status
    listed = (await run("accounts", "list")).out
    assert "silenced" in listed and "maintenance" in listed
    shown = (await run("accounts", "show", "eu/cafe")).out
    assert "for good: nobody is told" in shown and "9999" not in shown


async def test_history_points_to_the_outages(run: Run, fleet: Fleet) -> None:
    fleet.daemon()
    fleet.gateway("eu")
    key = fleet.down("eu/shop", "Warning", "network", fleet.ago(hours=3))
    change = {"connection_from": "Connected", "connection_to": "Failed", "health_from": "Healthy"}
    fleet.put("transitions", account=key, at=fleet.ago(hours=3), health_to="Warning", reason="fell", **change)
    assert "healthcheck incidents list --account eu/shop" in (await run("history", "eu/shop")).out
    shown = (await run("accounts", "show", "eu/shop")).out
    assert "INCIDENTS  healthcheck incidents show NUMBER" in shown


async def test_yesterday_is_a_time(run: Run, fleet: Fleet) -> None:
    fleet.daemon()
    assert (await run("history", "--since", "yesterday")).code == 0
    assert (await run("audit", "--since", "today")).code == 0


async def test_uptime_has_a_limit(run: Run, fleet: Fleet) -> None:
    fleet.daemon()
    fleet.gateway("eu")
    for name in "abc":
        fleet.healthy(f"eu/{name}")
    rows = json.loads((await run("uptime", "--limit", "2", "--json")).out)
    assert [row["subject"] for row in rows] == ["eu/a", "eu/b"]
