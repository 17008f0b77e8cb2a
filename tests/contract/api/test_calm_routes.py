"""The routes of outages and silences: what they ask of the daemon, and what they refuse."""

from datetime import timedelta

import pytest

from healthcheckd.domain.matching import Reach
from healthcheckd.errors import Forbidden, UnknownName, UsageError
from healthcheckd.ports.control import IncidentFilter, Span
from tests.contract.api.conftest import ANA, Ask
from tests.contract.api.fakes import NOW, READER, SHOP, FakeDaemon, KnownCaller


async def test_outages_are_listed(ask: Ask, daemon: FakeDaemon) -> None:
    (row,) = (await ask("GET", "/incidents")).data
    assert (row["id"], row["subject"], row["acknowledged_by"]) == (7, "main/shop", "ana")
    assert daemon.asked == [("incidents", IncidentFilter(), Span(limit=100))]


async def test_they_are_chosen_by_what_is_asked_for(ask: Ask, daemon: FakeDaemon) -> None:
    query = [("open", "true"), ("account", "shop"), ("gateway", "main"), ("scope", "account"), ("since", "2h")]
    await ask("GET", "/incidents", [*query, ("limit", "5")])
    asked = IncidentFilter(True, SHOP, "main", "account")
    assert daemon.asked == [("incidents", asked, Span(NOW - timedelta(hours=2), None, 5))]


async def test_a_scope_that_does_not_exist_is_named(ask: Ask) -> None:
    with pytest.raises(UnknownName, match="acount"):
        await ask("GET", "/incidents", [("scope", "acount")])


async def test_one_is_told_in_order(ask: Ask) -> None:
    trail = (await ask("GET", "/incidents/7")).data
    assert trail["incident"]["id"] == 7
    assert [step["kind"] for step in trail["steps"]][:3] == ["silence", "reading", "attempt"]
    assert trail["steps"][5]["notice"]["words"] == "250 2.0.0 Ok: queued as 4Fz1Y23kLz"


@pytest.mark.parametrize("number", ["99", "seven", "-1", "7" * 30])
async def test_one_that_does_not_exist_is_not_found(ask: Ask, number: str) -> None:
    with pytest.raises(UnknownName):
        await ask("GET", f"/incidents/{number}")


async def test_it_is_acknowledged_with_a_comment(ask: Ask, daemon: FakeDaemon) -> None:
    answer = await ask("POST", "/incidents/7/ack", body={"comment": "I know"})
    assert answer.data == {"incident": 7, "acknowledged": True, "changed": True}
    assert daemon.asked == [("acknowledge", 7, "I know", ANA)]


async def test_and_that_is_taken_back(ask: Ask, daemon: FakeDaemon) -> None:
    assert (await ask("DELETE", "/incidents/7/ack")).data == {"incident": 7, "acknowledged": False, "changed": False}
    assert daemon.asked == [("take back", 7, ANA)]


async def test_silences_are_listed(ask: Ask, daemon: FakeDaemon) -> None:
    (row,) = (await ask("GET", "/silences", [("all", "true")])).data
    assert (row["id"], row["what"], row["reached"], row["in_force"]) == (3, "gateway main", 12, True)
    assert daemon.asked == [("silences", True)]


async def test_one_is_made(ask: Ask, daemon: FakeDaemon) -> None:
    body = {"gateways": ["main"], "accounts": ["main/shop-*"], "for": "2h", "comment": "moving"}
    assert (await ask("POST", "/silences", body=body)).data["id"] == 3
    reach = Reach(accounts=("main/shop-*",), gateways=("main",))
    assert daemon.asked == [("silence", reach, NOW + timedelta(hours=2), "moving", ANA)]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"gateways": "main", "for": "2h"}, "gateways"),
        ({"gateways": [""], "for": "2h"}, "gateways"),
        ({"gateway": ["main"], "for": "2h"}, "the body"),
        ({"gateways": ["main"], "for": "2 fortnights"}, "for"),
        ({"gateways": ["main"], "for": "2h", "until": "2026-05-05T00:00:00Z"}, "until"),
        ({"gateways": ["main"], "for": "2h", "comment": "x" * 501}, "comment"),
    ],
)
async def test_what_does_not_fit_is_named(ask: Ask, daemon: FakeDaemon, body: object, place: str) -> None:
    with pytest.raises(UsageError) as refused:
        await ask("POST", "/silences", body=body)
    assert place in refused.value.where
    assert daemon.asked == []


async def test_it_is_ended(ask: Ask, daemon: FakeDaemon) -> None:
    assert (await ask("DELETE", "/silences/3")).data == {"silence": 3, "changed": True}
    assert daemon.asked == [("end silence", 3, ANA)]


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/incidents/7/ack"), ("DELETE", "/incidents/7/ack"), ("POST", "/silences"), ("DELETE", "/silences/3")],
)
async def test_readers_change_nothing(
    ask: Ask, daemon: FakeDaemon, identity: KnownCaller, method: str, path: str
) -> None:
    identity.is_caller = READER
    with pytest.raises(Forbidden):
        await ask(method, path)
    assert daemon.asked == []
