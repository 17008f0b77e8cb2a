"""What people see in a terminal of eighty columns without colour, and every command's help.

After a wanted change:  UPDATE_GOLDEN=1 pytest tests/golden/test_cli.py  and look at the difference before committing.
"""

import io
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from healthcheckd.cli.app import tree
from healthcheckd.cli.main import main
from healthcheckd.cli.output import Screen
from healthcheckd.cli.screens.account import AccountScreen
from healthcheckd.cli.screens.accounts import AccountList
from healthcheckd.cli.screens.changes import show_changes
from healthcheckd.cli.screens.forecast import draw_forecast
from healthcheckd.cli.screens.gateways import draw_check, draw_gateways, draw_hook
from healthcheckd.cli.screens.history import change_rows
from healthcheckd.cli.screens.notices import draw_notices, draw_stats
from healthcheckd.cli.screens.pairing import draw_pairing
from healthcheckd.cli.screens.status import StatusScreen
from healthcheckd.cli.screens.trail import TrailScreen
from healthcheckd.cli.screens.uptime import draw_uptime
from healthcheckd.domain.blast import Level
from healthcheckd.domain.canary import Stage
from healthcheckd.domain.observations import Cause, Connection, Health
from healthcheckd.domain.reports.accounts import (
    AccountDetail,
    AccountRow,
    Change,
    ChangeReport,
    Claim,
    Consequence,
    ContactRow,
    DayCount,
    ProofReport,
)
from healthcheckd.domain.reports.blasts import BlastRow, ToldOf
from healthcheckd.domain.reports.forecast import ForecastReport, ForecastRow, KindCount
from healthcheckd.domain.reports.history import AttemptRow, HistoryRow, IncidentRow, NoticeRow, NoticeStats, UptimeRow
from healthcheckd.domain.reports.incidents import IncidentTrail
from healthcheckd.domain.reports.operation import GatewayRow, JobStatus
from healthcheckd.domain.reports.status import (
    GroupRow,
    HealthCounts,
    Info,
    NeedsPerson,
    NoticesOwed,
    StatusReport,
    Told,
    WouldHave,
)
from healthcheckd.ports.control import HookReport, PairingReport
from healthcheckd.ports.gateway import GatewayCheck

GOLDEN = Path(__file__).parent / "cli"
NOW = datetime(2026, 3, 1, 14, 38, tzinfo=UTC)
ZONE = ZoneInfo("UTC")


def ago(**length: float) -> datetime:
    return NOW - timedelta(**length)


def seconds(**length: float) -> float:
    return timedelta(**length).total_seconds()


ILL = NeedsPerson(
    "eu/shop-12", "Padaria São João 👩‍🍳", Health.CRITICAL, Connection.LOGGED_OUT, Cause.LOGGED_OUT,
    ago(hours=7, minutes=12), seconds(hours=7, minutes=12),
    (Told("owner", "o@example.com", "offline", ago(hours=1)),), "healthcheck pair eu/shop-12",
)  # fmt: skip
REPLACED = NeedsPerson(
    "br/vendas-3", "متجر الرياض", Health.WARNING, Connection.FAILED, Cause.REPLACED, ago(minutes=41),
    seconds(minutes=41), (Told("operator", "ops@example.com", "escalation", ago(minutes=40)),), "",
    "in use by another client: stop one",
)  # fmt: skip
JOBS = (
    JobStatus("whatsapp-health-check", True, False, "*/15 * * * *", ago(minutes=8), ago(minutes=8), 2.1, "timetable",
              {"total": 1204, "reconnected": 2}, "", NOW + timedelta(minutes=7)),
    JobStatus("daily-message-counter-reset", True, True, "daily", ago(hours=14.6), ago(hours=14.6), 0.1, "timetable",
              {"closed": 1204, "trimmed": 0}, "", NOW + timedelta(hours=9.4)),
    JobStatus("inactive-client-cleanup", False, False, "hourly", ago(days=3), ago(days=3), 4.0, "timetable",
              {"idle": 3, "stopped": 3}, "", None, ago(days=2), "ana"),
)  # fmt: skip
SILENT = GatewayRow(
    "us", "waha", "2026.2.1", 214, 214, ago(minutes=18), seconds(minutes=18), True, "no answer within 10 s", "",
    ago(minutes=18),
)  # fmt: skip
REPORT = StatusReport(
    NOW,
    Info("eu", "1.0.0", 4242, True, "act", "", None, ago(days=12, hours=4), ago(seconds=20), None, "/var/lib/x.db"),
    HealthCounts(1204, 1190, 9, 5, 0, 214, 3, 12),
    ago(minutes=8),
    (SILENT, *(GatewayRow(name, "waha", accounts=100) for name in ("eu", "br", "ap", "za"))),
    JOBS,
    (ILL, REPLACED),
    185,
)
QUIET = replace(
    REPORT, accounts=HealthCounts(3, 3), gateways=(GatewayRow("eu", "waha"),), needs_person=(), needs_person_total=0
)
BLAST = BlastRow(
    41, Level.LABEL, "proxy=br-2", 38, 35, Cause.NETWORK, ago(minutes=18), seconds(minutes=18), Stage.PAUSED,
    "38 of 40 accounts with proxy=br-2 fell together", (ToldOf("ops@example.com", ago(minutes=12)),),
    "healthcheck incidents show 41",
)  # fmt: skip
FALLEN = replace(REPORT, blasts=(BLAST,))
KNOWN = replace(
    FALLEN,
    blasts=(replace(BLAST, cause=None, acknowledged_by="ana"),),
    needs_person=(replace(ILL, acknowledged_by="bob"), REPLACED),
)
TRAIL = IncidentTrail(
    IncidentRow(41, "blast", "label:proxy=br-2", ago(minutes=18), None, seconds(minutes=18), "", BLAST.detail),
    behind=("br/vendas-3", "eu/shop-12"),
    behind_total=38,
    together=BLAST,
)
DOWN = replace(QUIET, daemon=replace(REPORT.daemon, alive=False, stopped_at=ago(hours=2)))
WATCHING = replace(
    QUIET,
    daemon=replace(REPORT.daemon, mode="watch", held="held by ana: host moves", held_until=NOW + timedelta(hours=1)),
    would_have=WouldHave(ago(days=1), 7, 1),
    notices=NoticesOwed(3, 2, 1, ago(minutes=12), ("email",)),
    warnings=("The daemon is 1.0.0 and this program 1.1.0: restart the daemon after an upgrade.",),
    groups=(GroupRow("ACME", HealthCounts(2, 2)), GroupRow("", HealthCounts(1, 1))),
)
ROW = AccountRow(
    "eu/shop-12", "Padaria São João 👩‍🍳", "eu", "shop-12", "Padaria São João 👩‍🍳", "+5511988887777", "ACME", ("vip",),
    Connection.LOGGED_OUT, Health.CRITICAL, Cause.LOGGED_OUT, "SCAN_QR_CODE", ago(hours=7, minutes=12),
    seconds(hours=7, minutes=12), None, ago(hours=7, minutes=13), ago(minutes=8),
)  # fmt: skip
LONG = AccountRow(
    f"eu/{'long-' * 12}session", "n" * 90, "eu", "s", health=Health.HEALTHY, connection=Connection.CONNECTED,
    last_checked_at=ago(minutes=8), unproven=True, muted_until=NOW + timedelta(hours=1),
)  # fmt: skip
CHANGES = (
    HistoryRow(ago(hours=1), "eu/shop-12", Connection.LOGGED_OUT, Connection.LOGGED_OUT, Health.WARNING,
               Health.CRITICAL, Cause.LOGGED_OUT, "offline_too_long"),
    HistoryRow(ago(hours=7), "eu/shop-12", Connection.CONNECTED, Connection.LOGGED_OUT, Health.HEALTHY, Health.WARNING,
               Cause.LOGGED_OUT, "logged_out"),
)  # fmt: skip
DETAIL = AccountDetail(
    ROW,
    "Padaria",
    "pt-BR",
    "America/Sao_Paulo",
    None,
    1000,
    DayCount("2026-03-01", 812, 40),
    Claim(Connection.LOGGED_OUT, "SCAN_QR_CODE", ago(hours=7), False, True, ago(minutes=8), 480.0),
    ProofReport(ago(hours=8), seconds(hours=8), 1),
    history=CHANGES,
    attempts=(
        AttemptRow(1, "eu/shop-12", ago(hours=9), "reconnect", ago(hours=9), ago(hours=9), "connected", "", "ana"),
    ),
    uptime=(UptimeRow("eu/shop-12", "", ago(days=30), NOW, 99.0, 1.0, percentage=99.0),),
    contacts=(ContactRow("owner@example.com"),),
    if_it_drops=(
        Consequence(seconds(hours=6), "offline", "owner", "owner@example.com"),
        Consequence(
            seconds(hours=30), "offline", "owner", "owner@example.com", reminder=1, withheld="the account is muted"
        ),
        Consequence(seconds(minutes=10), "action_required", "owner", "owner@example.com", cause=Cause.LOGGED_OUT),
        Consequence(seconds(minutes=15), "escalation", "operator", "ops@example.com"),
    ),
    stated={"owner_email": "healthcheckd.toml:12"},
)
SILENCED = replace(
    DETAIL, if_it_drops=tuple(replace(one, withheld="the account is silenced") for one in DETAIL.if_it_drops)
)
NOTICES = (
    NoticeRow(7, "k", "offline", "email", "owner@example.com", "sent", "owner", "eu/shop-12",
              sent_at=ago(hours=1), tries=1),
    NoticeRow(8, "l", "gateway_down", "email", "ops@example.com", "owed", gateway="us", due_at=ago(minutes=3), tries=4,
              last_error="connecting failed: the mail server at smtp.example.com refuses"),
)  # fmt: skip
HOOK = HookReport(
    "eu", "gowa", True, "https://hooks.example.com/hooks/eu",
    {"WHATSAPP_WEBHOOK": "https://hooks.example.com/hooks/eu", "WHATSAPP_WEBHOOK_SECRET": "****"},
    ("These go into the environment of GOWA.",), (), ago(minutes=12),
)  # fmt: skip
UPTIME = (UptimeRow("eu/shop-12", "Padaria", ago(days=30), NOW, 2_500_000, 40.0, 52_000, 0, 1, 99.9984),)

FORECAST = ForecastReport(
    since=ago(days=7),
    until=NOW,
    forecast=15,
    sent=18,
    rows=(
        ForecastRow(
            "ops@example.com",
            "email",
            "operator",
            12,
            16,
            (KindCount("escalation", 7, 10), KindCount("recovered", 5, 6)),
            counted=12,
            budget=10,
        ),
        ForecastRow("owner@example.com", "email", "owner", 3, 2, (KindCount("offline", 3, 2),), counted=3),
    ),
    advice=(
        "12 messages to ops@example.com are more than 10 a week."
        ' notify.operator_after = "1 hour" (now 15 minutes) would make it 8.',
    ),
)
SCREENS: dict[str, Callable[[Screen], None]] = {
    "status": lambda screen: StatusScreen(REPORT, ZONE).draw(screen),
    "status-fallen": lambda screen: StatusScreen(FALLEN, ZONE).draw(screen),
    "status-known": lambda screen: StatusScreen(KNOWN, ZONE).draw(screen),
    "incidents-show-fallen": lambda screen: TrailScreen(TRAIL, NOW, ZONE).draw(screen),
    "status-quiet": lambda screen: StatusScreen(QUIET, ZONE).draw(screen),
    "status-down": lambda screen: StatusScreen(DOWN, ZONE).draw(screen),
    "status-watching": lambda screen: StatusScreen(WATCHING, ZONE).draw(screen),
    "accounts-list": lambda screen: AccountList((ROW, LONG), NOW).draw(screen),
    "accounts-show": lambda screen: AccountScreen(DETAIL, NOW, ZONE).draw(screen),
    "accounts-show-silenced": lambda screen: AccountScreen(SILENCED, NOW, ZONE).draw(screen),
    "changes": lambda screen: show_changes(
        screen,
        ChangeReport(
            (
                Change("eu/a", "add"),
                Change("eu/b", "owner_email", "", "x@example.com"),
                Change("eu/c", "muted_until", "", "2026-03-01T17:23:23.324Z"),
            )
        ),
        ZONE,
    ),
    "gateways-list": lambda screen: draw_gateways(screen, REPORT.gateways, NOW, ZONE),
    "gateways-check": lambda screen: draw_check(
        screen,
        "eu",
        GatewayCheck("2026.2.1", "NOWEB", True, 214, 0.031, False, True, ("Turn the webhooks on.",), "waha"),
    ),
    "gateways-hook": lambda screen: draw_hook(screen, HOOK, NOW, ZONE),
    "gateways-hook-off": lambda screen: draw_hook(
        screen, replace(HOOK, on=False, heard_at=None, lacks=("hook_secret of gateway eu",)), NOW, ZONE
    ),
    "history": lambda screen: screen.listing(*change_rows(CHANGES, NOW, ZONE, with_account=True)),
    "notices-list": lambda screen: draw_notices(screen, NOTICES, NOW, ZONE),
    "notices-stats": lambda screen: draw_stats(
        screen, NoticeStats(ago(days=7), 412, 3, 1, 8, ago(minutes=12), 4.1, 61.0, 7300.0), NOW, ZONE
    ),
    "notices-forecast": lambda screen: draw_forecast(screen, FORECAST, "recipient", ZONE),
    "notices-forecast-by-kind": lambda screen: draw_forecast(screen, FORECAST, "kind", ZONE),
    "uptime": lambda screen: draw_uptime(screen, UPTIME, ZONE),
    "pair": lambda screen: draw_pairing(
        screen, PairingReport("eu/shop-12", Connection.NEEDS_PAIRING, "", "+5511988887777", "2@abc", lives_seconds=20)
    ),
    "pair-picture": lambda screen: draw_pairing(
        screen,
        PairingReport("eu/shop-12", Connection.NEEDS_PAIRING, "", "+5511988887777", "", b"png", lives_seconds=20),
        Path("/tmp/healthcheck-pair-x7.png"),
    ),
}


def check(name: str, text: str) -> None:
    file = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_is_as_it_was(name: str) -> None:
    kept = io.StringIO()
    SCREENS[name](Screen(kept, terminal=True, width=80, environ={"TERM": "dumb"}))
    check(name, kept.getvalue())


@pytest.mark.parametrize("name", [name for name in SCREENS if name != "accounts-list"])
def test_a_screen_fits_eighty_columns(name: str) -> None:
    from rich.cells import cell_len

    wide = [line for line in (GOLDEN / f"{name}.txt").read_text().splitlines() if cell_len(line) > 80]
    assert wide == []


@pytest.mark.parametrize("name", [*tree().commands, ""])
def test_help_is_as_it_was(name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    below = getattr(tree().commands[name], "commands", {}) if name else {}
    for words in ([name] if name else [], *([name, inner] for inner in below)):
        assert main([*words, "--help"]) == 0
    check(f"help-{name}".rstrip("-"), capsys.readouterr().out)
