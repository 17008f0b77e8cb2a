"""Contacts of the configuration: who is owed what by which channel, and what keeps it back."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import time
from pathlib import Path
from typing import Any

import pytest

from healthcheckd.domain.contacts import Role
from healthcheckd.domain.observations import Cause, Connection
from healthcheckd.domain.policy import NoticePolicy, Policy
from healthcheckd.domain.quiet import QuietHours
from healthcheckd.settings import ChannelSettings, ContactSettings, Secret, Settings
from tests.contract.store.conftest import OPS, OWNER, SETTINGS, World, account, gateway, minutes, open_world
from tests.contract.store.outages import fall

Open = Callable[..., Awaitable[World]]
TEAM = ChannelSettings("team", url=Secret("json://127.0.0.1/x"))
PAGER = ChannelSettings("pager", "pagerduty", key=Secret("k"))
WHATSAPP = ChannelSettings("wa", url=Secret("json://127.0.0.1/{phone}"), via="main/support")
ONCALL = ContactSettings("oncall", "pager", role=Role.OPERATOR)


@pytest.fixture
async def opened(database: Path) -> AsyncIterator[Open]:
    worlds = []

    async def open_(*people: Any, **more: Any) -> World:
        channels = tuple(one for one in people if isinstance(one, ChannelSettings))
        contacts = tuple(one for one in people if isinstance(one, ContactSettings))
        settings: Settings = replace(SETTINGS, channels=channels, contacts=contacts, **more)
        worlds.append(await open_world(database, settings))
        return worlds[-1]

    yield open_
    for world in worlds:
        await world.store.close()


async def owed(world: World, kind: str = "offline") -> set[tuple[str, str, str]]:
    rows = await world.sql(
        "SELECT role, channel, recipient FROM notices WHERE kind = ? AND reminder = 0 AND state = 'owed'", kind
    )
    return {(role, channel, recipient) for role, channel, recipient in rows}


async def in_owners_stead(world: World) -> set[tuple[str, str]]:
    """Which operators are told, or reminded, of what because it has no owner."""
    rows = await world.sql(
        "SELECT recipient, session FROM notices JOIN accounts ON accounts.key = account WHERE variant = 'no_owner'"
    )
    return {(recipient, session) for recipient, session in rows}


async def test_owners_by_routing_hear_beside_the_accounts_own(opened: Open) -> None:
    world = await opened(TEAM, ContactSettings("ana", "team", tags=("vip",)))
    await world.sql("UPDATE accounts SET tags = '[\"vip\"]' WHERE session = 'shop'")
    await fall(world, "shop")
    assert await owed(world) == {("owner", "team", "ana"), ("owner", "email", OWNER)}


async def test_who_is_owner_by_routing_alone_is_owner_enough(opened: Open) -> None:
    labelled = (gateway("main", labels={"region": "eu"}), gateway("eu"))
    ana = ContactSettings("ana", address="ana@example.com", labels={"region": "eu"}, language="es")
    world = await opened(ana, accounts=(), gateways=labelled)
    await fall(world, "shop")
    assert await owed(world) == {("owner", "email", "ana@example.com")}
    assert await world.sql("SELECT DISTINCT language FROM notices WHERE role = 'owner'") == [("es",)]


async def test_an_account_names_its_contacts(opened: Open) -> None:
    named = (account("main/shop", contacts=("ana",)), account("main/bakery"))
    world = await opened(ContactSettings("ana", address="ana@example.com"), accounts=named)
    await fall(world, "shop", "bakery")
    assert await in_owners_stead(world) == {(OPS, "bakery")}
    assert ("owner", "email", "ana@example.com") in await owed(world)


async def test_operators_of_a_gateway_hear_of_it_and_of_its_accounts(opened: Open) -> None:
    here = replace(ONCALL, name="here", channel="team", gateways=("main",))
    there = replace(ONCALL, name="there", channel="team", gateways=("eu",))
    world = await opened(TEAM, here, there)
    await fall(world, "shop")
    await world.outcome("time-out")
    await world.outcome("time-out")
    expected = {("operator", "team", "here"), ("operator", "email", OPS)}
    assert await owed(world, "escalation") == expected
    assert await owed(world, "gateway_down") == expected


async def test_in_quiet_hours_it_waits_and_goes_out_afterwards(opened: Open) -> None:
    noon_to_two = QuietHours(time(12), time(14))
    quiet = ContactSettings(
        "ana", address="ana@example.com", quiet_hours=noon_to_two, time_zone="UTC", after=minutes(0)
    )
    world = await opened(quiet, accounts=(account("main/shop", contacts=("ana",)),))
    await fall(world, "shop")
    world.wait(20)
    await world.down("shop")
    assert ("offline", "ana@example.com", 1) not in await world.deliver()
    world.now = world.now.replace(hour=14, minute=1)
    await world.down("shop")
    assert ("offline", "ana@example.com", 1) in await world.deliver()


async def test_what_ended_in_quiet_hours_is_not_told(opened: Open) -> None:
    quiet = QuietHours(time(12), time(14))
    ana = ContactSettings("ana", address="ana@example.com", quiet_hours=quiet, after=minutes(0))
    world = await opened(ana, accounts=(account("main/shop", contacts=("ana",)),))
    await fall(world, "shop")
    await world.messages()
    await world.up("shop")
    world.now = world.now.replace(hour=14, minute=1)
    assert [to for _, to, _ in await world.deliver() if to == "ana@example.com"] == []


async def test_a_gateway_that_fell_waits_for_who_is_asleep_and_for_nobody_else(opened: Open) -> None:
    asleep = replace(ONCALL, name="asleep", channel="team", quiet_hours=QuietHours(time(12), time(20)))
    world = await opened(TEAM, asleep)
    await world.up("shop")
    await world.outcome("time-out")
    world.wait(1)
    await world.outcome("time-out")
    world.wait(2)
    assert await world.deliver() == [("gateway_down", OPS, 1)]
    world.now = world.now.replace(hour=20, minute=1)
    await world.outcome("time-out")
    assert ("gateway_down", "asleep", 1) in await world.deliver()


async def test_a_night_longer_than_the_oldest_message_drops_nothing(opened: Open) -> None:
    night = ContactSettings(
        "ana", address="ana@example.com", quiet_hours=QuietHours(time(12), time(20)), after=minutes(0)
    )
    named = (account("main/shop", contacts=("ana",)),)
    world = await opened(night, accounts=named)
    hour = Policy(notices=NoticePolicy(max_age=minutes(60)))
    world.store.replace_policy(replace(SETTINGS, contacts=(night,), accounts=named), hour)
    await fall(world, "shop")
    await world.messages()
    world.now = world.now.replace(hour=20, minute=1)
    await world.down("shop")
    assert ("offline", "ana@example.com", 1) in await world.deliver()


async def test_good_news_only_for_who_wants_it(opened: Open) -> None:
    ana = ContactSettings("ana", address="ana@example.com", kinds=("offline",), after=minutes(0))
    world = await opened(ana, accounts=(account("main/shop", contacts=("ana",)),))
    await fall(world, "shop")
    world.wait(6)
    await world.down("shop")
    assert ("offline", "ana@example.com", 1) in await world.deliver()
    world.wait(5)
    await world.up("shop")
    assert [kind for kind, to, _ in await world.deliver() if to == "ana@example.com"] == []


async def test_a_pager_hears_the_end_whatever_kinds_are_stated_and_each_incident_alone(opened: Open) -> None:
    world = await opened(PAGER, replace(ONCALL, kinds=("escalation",)))
    await fall(world, "shop", "bakery")
    world.wait(30)
    for session in ("shop", "bakery"):
        await world.down(session)
    paged = [one for one in await world.deliver() if one[1] == "oncall"]
    assert paged == [("escalation", "oncall", 1), ("escalation", "oncall", 1)]
    world.wait(5)
    await world.up("shop")
    assert ("recovered", "oncall", 1) in await world.deliver()


async def test_a_pager_that_could_not_be_reached_hears_the_end_though_another_outage_began(opened: Open) -> None:
    """The second outage has an alert of its own; the first one's would stay open for ever."""
    world = await opened(PAGER, ONCALL)
    await fall(world, "shop")
    world.wait(30)
    await world.down("shop")
    assert ("escalation", "oncall", 1) in await world.deliver()
    world.wait(5)
    await world.up("shop")
    world.wait(45)
    await world.down("shop")
    assert ("recovered", "oncall", 1) in await world.deliver()
    assert await world.sql("SELECT count(*) FROM incidents WHERE scope = 'account'") == [(2,)]


async def test_an_alert_that_goes_on_is_not_ended(opened: Open) -> None:
    world = await opened(PAGER, ONCALL)
    await fall(world, "shop")
    world.wait(30)
    await world.down("shop")
    assert ("escalation", "oncall", 1) in await world.deliver()
    world.wait(5)
    await world.up("shop")
    world.wait(2)
    await world.down("shop")
    assert [one for one in await world.deliver() if one[1] == "oncall"] == []


async def test_by_what_is_in_trouble_nothing_is_sent_until_it_is_well_again(opened: Open) -> None:
    ana = ContactSettings("ana", "wa", "+5511988887777", after=minutes(0))
    world = await opened(WHATSAPP, ana, accounts=(account("main/shop", contacts=("ana",)), account("main/support")))
    await world.up("shop", "support")
    await world.down("support", cause=Cause.LOGGED_OUT)
    await world.down("shop")
    assert [to for _, to, _ in await world.deliver() if to == ana.address] == []
    world.wait(5)
    await world.see("support", Connection.CONNECTED)
    world.wait(2)
    await world.see("support", Connection.CONNECTED)
    await world.down("shop")
    assert ("offline", ana.address, 1) in await world.deliver()


async def test_of_the_account_that_carries_the_message_the_operator_hears_in_the_owners_stead(opened: Open) -> None:
    ana = ContactSettings("ana", "wa", "+5511988887777")
    world = await opened(WHATSAPP, ana, accounts=(account("main/support", contacts=("ana",)),))
    await fall(world, "support")
    assert await in_owners_stead(world) == {(OPS, "support")}
    assert [one for one in await owed(world) if one[0] == "owner"] == []


async def test_a_failing_channel_is_told_by_every_other_and_never_by_itself(opened: Open) -> None:
    world = await opened(TEAM, PAGER, replace(ONCALL, name="room", channel="team"), ONCALL)
    for _ in range(2):
        await world.store.notices.channel_outcome("team", world.now, "error=500")
    assert await owed(world, "channel_failed") == {("operator", "email", OPS), ("operator", "pager", "oncall")}


async def test_a_channel_that_left_the_configuration_is_in_no_trouble(opened: Open) -> None:
    world = await opened(TEAM, replace(ONCALL, name="room", channel="team"))
    for _ in range(2):
        await world.store.notices.channel_outcome("team", world.now, "error=500")
    assert await owed(world, "channel_failed") == {("operator", "email", OPS)}
    await world.store.sync_configuration(SETTINGS, world.now)
    assert await world.sql("SELECT subject, how FROM incidents") == [("team", "withdrawn")]
    assert await owed(world, "channel_failed") == set()
