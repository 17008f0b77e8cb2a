"""What can be read while no daemon runs, and how names from outside are shown."""

import asyncio
import csv
import io
import json
import shlex
from pathlib import Path

import pytest

from healthcheckd.cli.main import main
from healthcheckd.cli.output import Screen
from healthcheckd.cli.screens.accounts import AccountList
from tests.integration.cli.conftest import Fleet, Run

WEIRD = {
    "emoji 👩‍👩‍👧": "👩‍👩‍👧 Família",
    "متجر": "متجر الرياض",
    "s" * 200: "n" * 200,
    "a/b": "东京/本店",
    "#?%": "100 % #1?",
    "[/red]": "[bold]not markup[/bold]",
    "esc": "\x1b[31mred\x1b[0m\x07",
    "bidi": "gpj.\u202eexe",
    "=cmd()": "=cmd()",
}
READING = [
    ("accounts", "list"),
    ("accounts", "export"),
    ("accounts", "show", "eu/a/b"),
    ("gateways", "list"),
    ("stats",),
    ("history",),
    ("uptime",),
    ("notices", "list"),
    ("notices", "stats"),
    ("audit",),
    ("events",),
]


@pytest.fixture
def weird(fleet: Fleet) -> Fleet:
    fleet.daemon(stopped_at=fleet.ago(hours=2))
    fleet.gateway("eu", last_error="said \x1b[2J[/red]", silent_since=fleet.ago(minutes=18))
    for session, name in WEIRD.items():
        key = fleet.down(
            f"eu/{session}", "Critical", "logged_out", fleet.ago(hours=7), name=name, customer=name, gateway_name=name
        )
        changed = {"connection_from": "Connected", "connection_to": "LoggedOut", "health_from": "Healthy"}
        fleet.put("transitions", account=key, at=fleet.ago(hours=7), health_to="Warning", reason=name, **changed)
        fleet.notice(key, "dead", last_error=name)
    fleet.put("audit", at=fleet.ago(hours=1), who="\x1b[31mana", how="socket", what="[/red]", outcome="done")
    return fleet


@pytest.mark.parametrize("argv", READING, ids=" ".join)
async def test_what_is_last_known_is_told_with_its_age(run: Run, weird: Fleet, argv: tuple[str, ...]) -> None:
    ended = await run(*argv)
    assert ended.code == 0 and ended.out
    assert "the daemon is not running" in ended.err and "2 h ago" in ended.err and "Start it: healthcheckd" in ended.err


@pytest.mark.parametrize("argv", READING, ids=" ".join)
async def test_json_goes_to_stdout_alone(run: Run, weird: Fleet, argv: tuple[str, ...]) -> None:
    out = (await run(*argv, "--json")).out
    for text in out.splitlines() if argv == ("events",) else [out]:
        json.loads(text)


@pytest.mark.parametrize("argv", [*READING, ("status",)], ids=" ".join)
async def test_names_from_outside_steer_no_screen(run: Run, weird: Fleet, argv: tuple[str, ...]) -> None:
    ended = await run(*argv)
    shown = ended.out + ended.err
    if argv != ("accounts", "export"):  # a file, not a screen: it has to be read back to the same
        assert not {"\x1b", "\x07", "\u202e"} & set(shown)
    assert "Traceback" not in shown


async def test_ids_are_whole_and_the_commands_beside_them_work_in_a_shell(run: Run, weird: Fleet) -> None:
    out = (await run("status")).out
    for session in WEIRD:
        assert f"eu/{session}" in out
        assert f"healthcheck pair {shlex.quote(f'eu/{session}')}" in out


@pytest.mark.parametrize("session", WEIRD)
async def test_every_weird_name_can_be_asked_for(run: Run, weird: Fleet, session: str) -> None:
    ended = await run("accounts", "show", f"eu/{session}", "--json")
    assert json.loads(ended.out)["account"]["session"] == session


async def test_a_list_at_eighty_columns_cuts_names_only(run: Run, weird: Fleet) -> None:
    import msgspec

    from healthcheckd.domain.reports.accounts import AccountRow

    rows = msgspec.json.decode((await run("accounts", "list", "--json")).out, type=list[AccountRow])
    kept = io.StringIO()
    AccountList(rows, weird.now).draw(Screen(kept, terminal=True, width=80, environ={"TERM": "dumb", "NO_COLOR": "1"}))
    for session in WEIRD:
        assert f"eu/{session}" in kept.getvalue()
    assert "n" * 200 not in kept.getvalue() and "\x1b" not in kept.getvalue()


async def test_csv_gives_a_spreadsheet_no_formula(run: Run, weird: Fleet) -> None:
    table = list(csv.reader(io.StringIO((await run("accounts", "list", "--csv")).out)))
    assert table[0][:3] == ["id", "title", "phone"]
    assert len(table) == len(WEIRD) + 1
    assert "'=cmd()" in {row[1] for row in table}


async def test_an_unknown_account_is_answered_with_the_nearest(run: Run, weird: Fleet) -> None:
    ended = await run("accounts", "show", "eu/bdi")
    assert ended.code == 2 and "eu/bidi" in ended.err


async def test_nothing_to_show_says_so(run: Run, fleet: Fleet) -> None:
    fleet.daemon()
    assert (await run("accounts", "list")).out == "none\n"
    assert (await run("accounts", "list", "--json")).out == "[]\n"


async def test_writing_needs_the_daemon(run: Run, weird: Fleet) -> None:
    ended = await run("accounts", "set", "eu/bidi", "--name", "X")
    assert ended.code == 4 and "the daemon is not running" in ended.err


async def test_the_month_of_an_uptime_is_the_operators(run: Run, weird: Fleet, place: Path) -> None:
    (place / "hc.toml").write_text('[daemon]\ndatabase = "hc.db"\ntime_zone = "America/Sao_Paulo"\n')
    rows = json.loads((await run("uptime", "--month", "2026-01", "--json")).out)
    assert {(row["from_at"], row["until_at"]) for row in rows} == {("2026-01-01T03:00:00Z", "2026-02-01T03:00:00Z")}
    assert (await run("uptime", "--month", "2026-13")).code == 2
    assert (await run("uptime", "--month", "2026-01", "--from", "2h")).code == 2


async def test_uptime_explains_itself(run: Run, weird: Fleet) -> None:
    assert "Uptime is up / (up + down)." in (await run("uptime")).out
    assert "Uptime is up / (up + down)." in " ".join((await run("uptime", "--help")).out.split())


async def test_a_restored_database_starts_in_watch_mode(run: Run, weird: Fleet, place: Path) -> None:
    copy = place / "copy.db"
    weird.connection.execute(f"VACUUM INTO '{copy}'")
    weird.connection.close()
    refused = await run("restore", str(copy))
    assert refused.code == 1 and "--yes" in refused.err
    done = await run("restore", str(copy), "--yes")
    assert done.code == 0 and "healthcheck release" in done.out
    assert "restored" in (await run("status")).out


async def test_a_configuration_is_checked_and_shown_without_its_secrets(run: Run, place: Path) -> None:
    (place / ".key").write_text("hunter2")
    gateway = '[[gateways]]\nname = "eu"\nkind = "waha"\nurl = "http://127.0.0.1:1"\napi_key = "hunter2"\n'
    (place / "hc.toml").write_text(gateway)
    checked = await run("config", "check")
    assert checked.code == 0 and "is fine" in checked.out and "there is no operator" in checked.err
    shown = await run("config", "show")
    assert 'api_key = "****"' in shown.out and "hunter2" not in shown.out + checked.out + checked.err


async def test_a_faulty_configuration_ends_with_78_and_every_fault(run: Run, place: Path) -> None:
    (place / "hc.toml").write_text('[daemon]\nmode = "sleep"\n[helth]\n')
    ended = await run("config", "check")
    assert ended.code == 78 and "daemon.mode" in ended.err and "helth" in ended.err
    assert "Hint" not in ended.err


async def test_a_fault_elsewhere_does_not_keep_status_from_its_work(run: Run, weird: Fleet, place: Path) -> None:
    with (place / "hc.toml").open("a") as file:
        file.write('[jobs]\nwhatsapp-health-check = "whenever"\n')
    ended = await run("status")
    assert ended.code == 4 and "eu/bidi" in ended.out and "whenever" in ended.err


async def test_where_nothing_is_configured_the_first_step_is_named(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GATEWAY_URL", raising=False)
    assert await asyncio.to_thread(main, ["status"]) == 4
    assert "Hint: healthcheck init" in capsys.readouterr().err
