"""WPPConnect's words in ours, and what is remembered between two readings."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from healthcheckd.domain.observations import Cause, Connection, Proof
from healthcheckd.gateways.wppconnect_memory import DEVICE_LIVES, STUCK_AFTER, Memory
from healthcheckd.gateways.wppconnect_rows import CLOSED, CONNECTED, INITIALIZING, PAGE_HUNG, Device, Names, observation

NOW = datetime(2026, 5, 4, tzinfo=UTC)
ROSA = Device("Rosa", "5511988887777@c.us")


@pytest.mark.parametrize(
    ("native", "connection", "cause", "self_healing", "linked"),
    [
        ("CONNECTED", Connection.CONNECTED, None, False, None),
        ("CONNECTED, page dead", Connection.DISCONNECTED, Cause.ZOMBIE, False, None),
        ("CONNECTED, page hung", Connection.CONNECTED, None, False, None),
        ("INITIALIZING", Connection.CONNECTING, None, True, None),
        ("QRCODE", Connection.NEEDS_PAIRING, Cause.NEEDS_PAIRING, False, False),
        ("PHONECODE", Connection.NEEDS_PAIRING, Cause.NEEDS_PAIRING, False, False),
        ("CLOSED", Connection.DISCONNECTED, None, False, None),
        ("CLOSED, by us", Connection.STOPPED, Cause.STOPPED, False, None),
    ],
)
def test_each_word_means(
    native: str, connection: Connection, cause: Cause | None, self_healing: bool, linked: bool | None
) -> None:
    seen = observation("shop", native, None, NOW)
    assert (seen.connection, seen.cause, seen.self_healing, seen.linked) == (connection, cause, self_healing, linked)


def test_an_unknown_word_is_silence_with_the_word() -> None:
    assert observation("shop", "inChat", ROSA, NOW).silence == "unknown state 'inChat'"


def test_a_hung_page_refutes_the_claim() -> None:
    assert observation("shop", PAGE_HUNG, None, NOW).proof is Proof.REFUTED


@pytest.mark.parametrize("native", ["QRCODE", "CLOSED", "INITIALIZING", "CONNECTED, page dead"])
def test_whose_it_is_counts_only_while_connected(native: str) -> None:
    seen = observation("shop", native, ROSA, NOW)
    assert (seen.phone, seen.push_name, seen.linked is True) == (None, None, False)


@pytest.mark.parametrize(
    ("told", "phone"),
    [
        ({"phoneNumber": "5511988887777@c.us"}, "5511988887777"),
        ({"phoneNumber": {"user": "5511988887777", "_serialized": "5511988887777@c.us"}}, "5511988887777"),
        ({"phoneNumber": {"user": "5511988887777", "server": "c.us"}}, "5511988887777"),
        ({"wid": {"_serialized": "5511988887777:3@c.us"}}, "5511988887777"),
        ({"phoneNumber": "99999@lid", "wid": "5511988887777@c.us"}, "5511988887777"),
        ({"phoneNumber": "99999@lid"}, None),
        ({"phoneNumber": 5, "wid": []}, None),
        ({}, None),
    ],
)
def test_the_number_is_found_in_each_of_its_forms(told: dict[str, Any], phone: str | None) -> None:
    assert msgspec.convert(told, Device).phone == phone


def test_what_is_no_name_in_the_list_is_left_out() -> None:
    names = msgspec.json.decode(b'{"response":["a",null,"",{"name":"b"},7,"c"]}', type=Names)
    assert (names.readable, len(names.response)) == (["a", "c"], 6)


def test_whose_a_session_is_holds_for_an_hour_of_unbroken_connection() -> None:
    memory = Memory()
    memory.learned("shop", ROSA, 0.0)
    memory.saw("shop", CONNECTED, 60.0)
    assert memory.device("shop", DEVICE_LIVES - 1) == ROSA
    assert memory.device("shop", DEVICE_LIVES) is None
    memory.learned("shop", ROSA, 0.0)
    memory.saw("shop", "QRCODE", 60.0)
    assert memory.device("shop", 61.0) is None


def test_a_start_that_goes_on_too_long_is_stuck() -> None:
    memory = Memory()
    memory.saw("late", INITIALIZING, 100.0)
    memory.saw("later", INITIALIZING, 200.0)
    memory.saw("late", INITIALIZING, 300.0)
    assert memory.stuck(99.0 + STUCK_AFTER) == []
    assert memory.stuck(100.0 + STUCK_AFTER) == ["late"]
    assert memory.stuck(200.0 + STUCK_AFTER) == ["late", "later"]
    memory.saw("late", CONNECTED, 900.0)
    assert memory.stuck(200.0 + STUCK_AFTER) == ["later"]


@pytest.mark.parametrize(
    ("native", "beyond"), [(INITIALIZING, True), (CLOSED, True), ("QRCODE", False), (CONNECTED, False)]
)
def test_only_progress_takes_back_that_a_restart_was_tried(native: str, beyond: bool) -> None:
    memory = Memory()
    memory.restarted("shop")
    memory.saw("shop", native, 1.0)
    assert memory.is_beyond_help("shop") is beyond


@pytest.mark.parametrize("native", [INITIALIZING, "QRCODE", CONNECTED])
def test_what_we_closed_is_ours_until_anything_else_is_read(native: str) -> None:
    memory = Memory()
    memory.closed("shop")
    memory.saw("shop", CLOSED, 1.0)
    assert memory.was_closed("shop")
    memory.saw("shop", native, 2.0)
    memory.saw("shop", CLOSED, 3.0)
    assert not memory.was_closed("shop")


def test_what_we_closed_is_no_longer_ours_once_we_start_it() -> None:
    memory = Memory()
    memory.closed("shop")
    memory.started("shop")
    assert not memory.was_closed("shop")
