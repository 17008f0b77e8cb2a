"""The configuration file and the database: who owns which key."""

import json
from dataclasses import replace
from datetime import timedelta

from healthcheckd.domain.observations import Connection
from healthcheckd.settings import OperatorSettings
from tests.contract.store.conftest import OWNER, POLICY, SETTINGS, World, account, gateway


async def stated(world: World, session: str = "shop") -> dict[str, str]:
    [(text,)] = await world.sql("SELECT stated FROM accounts WHERE session = ?", session)
    return dict(json.loads(text))


async def owners(world: World) -> list[str]:
    return [
        row[0]
        for row in await world.sql(
            "SELECT address FROM account_contacts JOIN contacts ON id = contact ORDER BY address"
        )
    ]


async def test_the_file_owns_exactly_the_keys_it_states(world: World) -> None:
    assert await stated(world) == {"name": "healthcheckd.toml:7", "owner_email": "healthcheckd.toml:7"}
    assert await owners(world) == [OWNER]


async def test_what_is_not_stated_stays_as_people_left_it(world: World) -> None:
    await world.sql("UPDATE accounts SET customer = 'ACME', name = 'by hand'")
    await world.store.sync_configuration(SETTINGS, world.now)
    assert await world.sql("SELECT customer, name FROM accounts") == [("ACME", "Shop")]


async def test_what_the_file_takes_back_goes_back(world: World) -> None:
    full = account("main/shop", tags=("vip",), daily_limit=5, notify_after=timedelta(hours=1), enabled=False)
    await world.store.sync_configuration(replace(SETTINGS, accounts=(full,)), world.now)
    assert await world.sql("SELECT name, tags, daily_limit, notify_after, active FROM accounts") == [
        ("", '["vip"]', 5, 3600.0, 0)
    ]
    assert await owners(world) == []
    await world.store.sync_configuration(replace(SETTINGS, accounts=()), world.now)
    assert await world.sql("SELECT tags, daily_limit, notify_after, active FROM accounts") == [("[]", None, None, 1)]
    assert await stated(world) == {}


async def test_an_owner_added_by_hand_survives_the_file(world: World) -> None:
    await world.sql("INSERT INTO contacts (id, address) VALUES (9, 'hand@example.com')")
    await world.sql("INSERT INTO account_contacts (account, contact) SELECT key, 9 FROM accounts")
    await world.store.sync_configuration(replace(SETTINGS, accounts=()), world.now)
    assert await owners(world) == ["hand@example.com"]


async def test_a_gateway_that_comes_back_brings_its_accounts_and_their_history(world: World) -> None:
    await world.up("shop", "two")
    await world.down("two")
    keys = await world.sql("SELECT key FROM accounts ORDER BY key")
    await world.store.sync_configuration(replace(SETTINGS, gateways=(gateway("eu"),), accounts=()), world.now)
    assert await world.store.sweeps.known("main") == []
    assert (await world.sql("SELECT kind FROM ledger WHERE until_at IS NULL")) == [("excluded",)] * 2
    world.wait(60)
    await world.store.sync_configuration(SETTINGS, world.now)
    await world.see("two", Connection.CONNECTED)
    assert await world.sql("SELECT key FROM accounts ORDER BY key") == keys
    assert (await world.vitals("two")).connection is Connection.CONNECTED
    assert await world.sql("SELECT removed_at FROM gateways WHERE name = 'main'") == [(None,)]


async def test_a_removed_account_that_is_stated_again_is_there_again(world: World) -> None:
    await world.sql("UPDATE accounts SET removed_at = added_at")
    await world.see("shop", Connection.CONNECTED)
    assert [one.session for one in await world.store.sweeps.known("main")] == ["shop"]


async def test_an_account_written_with_other_bytes_is_the_gateways(world: World) -> None:
    await world.see("caf\u00e9", Connection.CONNECTED)
    named = account("main/cafe\u0301", name="Café")
    await world.store.sync_configuration(replace(SETTINGS, accounts=(named,)), world.now)
    assert await world.sql("SELECT session FROM accounts WHERE name = 'Café'") == [("caf\u00e9",)]


async def test_terms_change_from_the_next_call_on(world: World) -> None:
    world.store.replace_policy(replace(SETTINGS, operator=OperatorSettings(email=("new@example.com",))), POLICY)
    await world.up("shop")
    await world.down("shop")
    assert ("new@example.com",) in await world.sql("SELECT recipient FROM notices WHERE kind = 'escalation'")
