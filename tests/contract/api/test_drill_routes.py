"""The routes of drills: whom one would reach, and its trail as it goes."""

import asyncio

import pytest

from healthcheckd.api.client import ControlClient
from healthcheckd.cli.remote import Daemon
from healthcheckd.domain.reports.drills import DrillLine, DrillResult
from healthcheckd.errors import Forbidden, Refused, UnknownName, UsageError
from tests.contract.api.conftest import ANA, Ask
from tests.contract.api.fakes import READER, SHOP, FakeDaemon, KnownCaller


async def test_whom_it_would_reach_is_told_without_sending(ask: Ask, daemon: FakeDaemon) -> None:
    told = (await ask("GET", "/drill", [("account", "shop")])).data
    assert [target["recipient"] for target in told["targets"]] == ["ops@example.com"]
    assert daemon.asked[-1] == ("plan drill", SHOP, "offline")
    assert not any(asked[0] == "drill" for asked in daemon.asked)


async def test_an_account_has_to_be_said(ask: Ask) -> None:
    with pytest.raises(UsageError, match="which account"):
        await ask("GET", "/drill")


async def test_a_kind_that_there_is_not_is_refused(ask: Ask) -> None:
    with pytest.raises(UnknownName, match="offlin"):
        await ask("GET", "/drill", [("account", "shop"), ("kind", "offlin")])


async def test_it_answers_when_it_is_over(ask: Ask, daemon: FakeDaemon) -> None:
    told = (await ask("POST", "/drill", body={"account": "shop", "kind": "recovered"})).data
    assert told == {"account": "main/shop", "kind": "recovered", "accepted": 1, "failed": 0}
    assert daemon.asked[-1] == ("drill", SHOP, "recovered", ANA)


async def test_its_trail_comes_line_by_line(client: ControlClient) -> None:
    told = await asyncio.to_thread(lambda: list(Daemon(client).drill(SHOP, "offline")))
    assert [line.step for line in told if isinstance(line, DrillLine)] == ["sending", "accepted"]
    assert told[-1] == DrillResult("main/shop", "offline", accepted=1)


async def test_a_refusal_is_raised_behind_what_was_told(client: ControlClient, daemon: FakeDaemon) -> None:
    daemon.refuses_drill = Refused("nothing is sent in watch mode")
    stream = Daemon(client).drill(SHOP, "offline")
    assert isinstance(await asyncio.to_thread(next, stream), DrillLine)
    with pytest.raises(Refused, match="watch mode"):
        await asyncio.to_thread(next, stream)


async def test_who_may_only_read_may_not_send_one(ask: Ask, identity: KnownCaller) -> None:
    identity.is_caller = READER
    with pytest.raises(Forbidden):
        await ask("POST", "/drill", body={"account": "shop"})
