"""Commands on accounts, through the real client and the real API, to the daemon's ports."""

from datetime import timedelta
from pathlib import Path

import pytest

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.observations import Health
from healthcheckd.domain.selection import Selection, Sort
from healthcheckd.ports.control import Verb
from tests.contract.api.fakes import NOW, SHOP, FakeDaemon
from tests.integration.cli.conftest import Run


def asked(daemon: FakeDaemon, what: str) -> list[tuple[object, ...]]:
    return [one[1:] for one in daemon.asked if one[0] == what]


async def test_selectors_reach_the_daemon_as_they_were_meant(run: Run, daemon: FakeDaemon) -> None:
    await run("accounts", "list", "--gateway", "eu", "--health", "critical", "--sort", "-since", "--limit", "5")
    wanted = Selection(("eu",), healths=(Health.CRITICAL,), sort=Sort.SINCE, descending=True, limit=5)
    assert asked(daemon, "accounts") == [(wanted,)]


async def test_an_unknown_grade_is_answered_with_the_known_ones(run: Run, daemon: FakeDaemon) -> None:
    ended = await run("accounts", "list", "--health", "critcal")
    assert ended.code == 2 and "Critical" in ended.err


async def test_an_account_is_shown_by_any_of_its_names(run: Run, daemon: FakeDaemon) -> None:
    ended = await run("accounts", "show", "shop")
    assert asked(daemon, "account") == [(SHOP,)]
    assert "IF IT DROPS" in ended.out


async def test_what_is_said_of_an_account_is_what_reaches_the_daemon(run: Run, daemon: FakeDaemon) -> None:
    await run("accounts", "add", "eu/a/b #?%", "--name", "[/red] 👩‍👧", "--tags", "vip,berlin", "--notify-after", "1h")
    [(account, profile, _)] = asked(daemon, "add")
    assert account == AccountId("eu", "a/b #?%")
    assert profile == {"name": "[/red] 👩‍👧", "tags": ("vip", "berlin"), "notify_after": timedelta(hours=1)}


async def test_an_empty_text_takes_back_what_was_said(run: Run, daemon: FakeDaemon) -> None:
    await run("accounts", "set", "shop", "--customer", "")
    assert asked(daemon, "change")[0][:2] == (SHOP, {"customer": ""})


async def test_to_set_nothing_is_refused(run: Run, daemon: FakeDaemon) -> None:
    assert (await run("accounts", "set", "shop")).code == 2


async def test_an_account_moves_with_its_history(run: Run, daemon: FakeDaemon) -> None:
    await run("accounts", "move", "shop", "us/shop/2")
    assert asked(daemon, "move")[0][:2] == (SHOP, AccountId("us", "shop/2"))


@pytest.mark.parametrize("verb", ["enable", "disable", "adopt"])
async def test_a_verb_is_said_of_each_account_named(run: Run, daemon: FakeDaemon, verb: str) -> None:
    assert (await run("accounts", verb, "shop", "main/shop")).code == 0
    assert [one[:2] for one in asked(daemon, "act")] == [(Verb(verb), SHOP)] * 2


async def test_a_verb_of_a_selection_is_agreed_to_first(run: Run, daemon: FakeDaemon) -> None:
    refused = await run("accounts", "disable", "--customer", "ACME")
    assert refused.code == 1 and "--yes" in refused.err and not asked(daemon, "act")
    await run("accounts", "disable", "--customer", "ACME", "--yes")
    assert asked(daemon, "act")[0][:2] == (Verb("disable"), Selection(customers=("ACME",)))


@pytest.mark.parametrize("argv", [(), ("shop", "--all"), ("shop", "--customer", "ACME")])
async def test_a_verb_must_be_clear_about_whom_it_means(run: Run, daemon: FakeDaemon, argv: tuple[str, ...]) -> None:
    assert (await run("accounts", "enable", *argv, "--yes")).code == 2
    assert not asked(daemon, "act")


async def test_every_account_has_to_be_said(run: Run, daemon: FakeDaemon) -> None:
    await run("accounts", "enable", "--all", "--yes")
    assert asked(daemon, "act")[0][:2] == (Verb("enable"), Selection())


async def test_a_mute_ends_when_it_was_said_to(run: Run, daemon: FakeDaemon) -> None:
    await run("mute", "shop", "--for", "2h")
    assert asked(daemon, "act")[0][:2] == (Verb("mute", NOW + timedelta(hours=2)), SHOP)
    await run("unmute", "shop")
    assert asked(daemon, "act")[1][:2] == (Verb("unmute"), SHOP)


async def test_force_is_said_only_when_it_is_meant(run: Run, daemon: FakeDaemon) -> None:
    await run("reconnect", "shop")
    await run("reconnect", "shop", "--force")
    assert [one[0] for one in asked(daemon, "act")] == [Verb("reconnect"), Verb("reconnect", force=True)]


async def test_an_import_is_shown_before_anything_is_done(run: Run, daemon: FakeDaemon, place: Path) -> None:
    (place / "a.csv").write_bytes("\ufeffid;name\nmain/shop;Müller\n".encode())
    refused = await run("accounts", "import", "a.csv")
    assert refused.code == 1 and "main/shop" in refused.out
    assert [one[1] for one in asked(daemon, "load")] == [False]
    done = await run("accounts", "import", "a.csv", "--yes")
    assert done.code == 0 and "1 change made" in done.out
    assert [one[1] for one in asked(daemon, "load")] == [False, False, True]


async def test_a_faulty_table_is_refused_without_asking_anybody(run: Run, place: Path) -> None:
    (place / "a.csv").write_text("id,phone\nmain/a,5.51E+12\nmain/b,nonsense\n")
    ended = await run("accounts", "import", "a.csv")
    assert ended.code == 2 and "line 2" in ended.err and "line 3" in ended.err


async def test_an_export_is_a_table_that_an_import_reads(run: Run, daemon: FakeDaemon) -> None:
    ended = await run("accounts", "export", "--missing-owner")
    assert ended.out.splitlines()[0].startswith("id,name,phone")
    assert "'+4930123456" in ended.out
    assert asked(daemon, "export")[0][1] is True
