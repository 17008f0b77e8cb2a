"""The rights that people have in what is kept of them, as one types them."""

import json

from healthcheckd.domain.accounts import AccountId
from tests.contract.api.fakes import FakeDaemon
from tests.integration.cli.conftest import Run

SHOP = AccountId("main", "shop")


def asked(daemon: FakeDaemon, what: str) -> list[object]:
    return [one[1] for one in daemon.asked if one[0] == what]


async def test_all_that_is_kept_comes_as_json(run: Run, daemon: FakeDaemon) -> None:
    ended = await run("accounts", "export", "main/shop", "--all")
    assert json.loads(ended.out) == {"accounts": [{"session": "shop"}], "notices": []}
    assert asked(daemon, "everything") == [SHOP]


async def test_of_one_account_by_its_full_id_only(run: Run, daemon: FakeDaemon) -> None:
    for words in (["--all"], ["main/shop"], ["shop", "--all"]):
        ended = await run("accounts", "export", *words)
        assert ended.code == 2 and "healthcheck accounts export eu/shop-12 --all" in ended.err
    assert asked(daemon, "everything") == []


async def test_forgetting_says_under_which_name_the_rest_stays(run: Run, daemon: FakeDaemon) -> None:
    ended = await run("accounts", "forget", "main/shop", "--yes")
    assert ended.code == 0 and "main/forgotten-1" in ended.out
    assert asked(daemon, "forget") == [SHOP]


async def test_forgetting_is_asked_about_first(run: Run, daemon: FakeDaemon) -> None:
    ended = await run("accounts", "forget", "main/shop")
    assert ended.code != 0 and asked(daemon, "forget") == []
