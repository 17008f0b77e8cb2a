"""What is told to other programs, and which of them want to hear it."""

import json
from datetime import timedelta

import pytest

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.observations import Cause, Connection, Health
from healthcheckd.domain.webhooks import EVENTS, Occurrence, Subscription, as_json, body_of
from tests.fakes.clock import NOON

SHOP = AccountId("eu", "shop-12")


def occurrence(account: AccountId = SHOP, **parts: object) -> Occurrence:
    fell = {
        "connections": (Connection.CONNECTED, Connection.LOGGED_OUT),
        "healths": (Health.HEALTHY, Health.WARNING),
        "cause": Cause.LOGGED_OUT,
        "reason": "fell",
        "offline": timedelta(hours=6),
    } | parts
    return Occurrence(account, NOON, **fell)  # type: ignore[arg-type]


def test_a_change_of_both_is_two_events_the_connection_first() -> None:
    assert [change.event for change in occurrence().changes()] == [
        "whatsapp.connection.logged_out",
        "whatsapp.health.warning",
    ]


def test_what_did_not_change_is_no_event() -> None:
    still = (Connection.FAILED, Connection.FAILED)
    turned = occurrence(connections=still, healths=(Health.WARNING, Health.CRITICAL))
    assert [change.event for change in turned.changes()] == ["whatsapp.health.critical"]


@pytest.mark.parametrize("health", Health)
@pytest.mark.parametrize("connection", Connection)
def test_every_state_has_its_event(health: Health, connection: Connection) -> None:
    others = (
        next(one for one in Connection if one is not connection),
        next(one for one in Health if one is not health),
    )
    changes = occurrence(connections=(others[0], connection), healths=(others[1], health)).changes()
    assert [(change.event in EVENTS, change.after) for change in changes] == [(True, connection), (True, health)]


def test_the_promised_fields_come_first_and_in_the_promised_form() -> None:
    turned = occurrence(connections=(Connection.FAILED,) * 2, healths=(Health.WARNING, Health.CRITICAL))
    body = body_of(turned, next(iter(turned.changes())), {}, "2026-03-01T12:00:00.000Z")
    assert list(body.items())[:5] == [
        ("event", "whatsapp.health.critical"),
        ("accountId", "eu/shop-12"),
        ("status", "Critical"),
        ("offlineDuration", 21_600_000),
        ("timestamp", "2026-03-01T12:00:00.000Z"),
    ]
    assert body["previousStatus"] == "Warning"


def test_no_number_and_no_name_goes_along_unasked() -> None:
    change = next(iter(occurrence().changes()))
    assert not {"phone", "name", "customer", "tags"} & body_of(occurrence(), change, {}, "").keys()


@pytest.mark.parametrize(
    ("patterns", "event", "wanted"),
    [
        (("*",), "whatsapp.health.critical", True),
        (("whatsapp.health.*",), "whatsapp.health.critical", True),
        (("whatsapp.health.*",), "whatsapp.connection.failed", False),
        (("whatsapp.health.critical", "*.connected"), "whatsapp.connection.connected", True),
        (("*.connected",), "whatsapp.connection.disconnected", False),
    ],
)
def test_patterns_choose_the_events(patterns: tuple[str, ...], event: str, wanted: bool) -> None:
    assert Subscription("crm", patterns).wants(event) is wanted


@pytest.mark.parametrize(
    ("filters", "concerned"),
    [
        ({}, True),
        ({"gateways": ("eu",)}, True),
        ({"gateways": ("us", "br")}, False),
        ({"accounts": ("eu/shop-*",)}, True),
        ({"accounts": ("eu/other",)}, False),
        ({"tags": ("vip", "gold")}, True),
        ({"tags": ("gold",)}, False),
        ({"gateways": ("eu",), "tags": ("gold",)}, False),
    ],
)
def test_filters_choose_the_accounts(filters: dict[str, tuple[str, ...]], concerned: bool) -> None:
    assert Subscription("crm", **filters).concerns(SHOP, ["vip"]) is concerned  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "hostile", ["a\r\nX-Evil: 1", '"},{"', "\x1b[31m\u202eevil\u2066", "\u2028\x00", "<script>", "{{7*7}}"]
)
def test_hostile_text_is_valid_json_in_plain_ascii(hostile: str) -> None:
    told = as_json({"session": hostile})
    assert json.loads(told) == {"session": hostile}
    assert told.isascii()
    assert told.isprintable()
