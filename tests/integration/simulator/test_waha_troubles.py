"""The WAHA dialect over real HTTP: restrictions, zombies, garbage and silence."""

import json

import aiohttp
import pytest

from healthcheckd.simulator import Simulator
from tests.integration.simulator.asking import AN_HOUR, NOT_FOUND, get, post
from tests.integration.simulator.by_hand import Hand


async def test_a_time_lock_is_in_the_identity_and_on_its_route(client: aiohttp.ClientSession, hand: Hand) -> None:
    hand.at = AN_HOUR
    locked = (await get(client, "/api/sessions/restricted"))[1]["me"]["reachoutTimelock"]
    assert set(locked) == {"enforcementType", "isActive", "timeEnforcementEnds"}
    assert locked["isActive"] is True
    assert await get(client, "/api/sessions/restricted/timelock") == (200, locked)
    assert (await get(client, "/api/sessions/steady/timelock"))[1]["isActive"] is False


async def test_a_used_up_quota_is_in_the_identity_and_on_its_route(client: aiohttp.ClientSession, hand: Hand) -> None:
    hand.at = AN_HOUR
    capped = (await get(client, "/api/sessions/capped"))[1]["me"]["messageCapping"]
    assert (capped["cappingStatus"], capped["usedQuota"], capped["totalQuota"]) == ("CAPPED", 250, 250)
    assert await get(client, "/api/sessions/capped/capping") == (200, capped)


async def test_a_restriction_ends_seven_days_after_it_began(
    client: aiohttp.ClientSession, simulator: Simulator, hand: Hand
) -> None:
    hand.at = AN_HOUR
    ends = (await get(client, "/api/sessions/restricted/timelock"))[1]["timeEnforcementEnds"]
    assert ends == int(simulator.epoch.timestamp() + 600 + 7 * 86_400)


async def test_a_zombie_cannot_ask_whatsapp(client: aiohttp.ClientSession, hand: Hand) -> None:
    hand.at = AN_HOUR
    assert (await get(client, "/api/sessions/zombie/timelock"))[0] == 500
    assert (await get(client, "/api/sessions/banned/timelock"))[0] == 422


async def test_a_session_that_errs_does_so_alone(client: aiohttp.ClientSession, hand: Hand) -> None:
    hand.at = AN_HOUR
    failed = {"statusCode": 500, "message": "Internal server error"}
    assert await get(client, "/api/sessions/errors") == (500, failed)
    _, rows = await get(client, "/api/sessions?all=true")
    assert next(row["status"] for row in rows if row["name"] == "errors") == "WORKING"


async def test_garbage_spoils_its_own_row_and_reading(client: aiohttp.ClientSession, hand: Hand) -> None:
    hand.at = AN_HOUR
    _, rows = await get(client, "/api/sessions?all=true")
    assert [row["name"] for row in rows if not isinstance(row["status"], str)] == ["garbage"]
    async with client.get("/api/sessions/garbage") as answer:
        assert answer.status == 200
        with pytest.raises(json.JSONDecodeError):
            json.loads(await answer.read())


async def test_a_session_that_hangs_does_not_hold_up_the_others(client: aiohttp.ClientSession, hand: Hand) -> None:
    hand.at = AN_HOUR
    with pytest.raises(TimeoutError):
        await client.get("/api/sessions/hangs", timeout=aiohttp.ClientTimeout(total=0.05))
    assert (await get(client, "/api/sessions/steady"))[0] == 200


async def test_a_vanished_session_is_neither_listed_nor_found(client: aiohttp.ClientSession, hand: Hand) -> None:
    hand.at = AN_HOUR
    _, rows = await get(client, "/api/sessions?all=true")
    assert "vanishes" not in {row["name"] for row in rows}
    assert await get(client, "/api/sessions/vanishes") == (404, NOT_FOUND)
    assert await post(client, "/api/sessions/vanishes/restart") == (404, NOT_FOUND)
