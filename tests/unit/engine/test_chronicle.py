"""What was committed, in the words people search their logs for."""

import logging

import pytest

from healthcheckd.domain.accounts import AccountId
from healthcheckd.engine.chronicle import chronicle
from healthcheckd.ports.store import Event
from tests.fakes.clock import NOON

SHOP = AccountId("main", "shop")


def told(kind: str, caplog: pytest.LogCaptureFixture, **data: object) -> tuple[int, str]:
    with caplog.at_level(logging.INFO):
        chronicle([Event(kind, NOON, SHOP if kind != "gateway" else None, data)])
    [record] = caplog.records
    assert record.action == kind  # type: ignore[attr-defined]
    return record.levelno, record.getMessage()


def moved(before: str, after: str, connection: str, cause: str = "") -> dict[str, object]:
    return {"health_from": before, "health_to": after, "connection_to": connection, "cause": cause}


@pytest.mark.parametrize(
    ("data", "level", "words"),
    [
        (
            moved("Healthy", "Warning", "Disconnected"),
            logging.WARNING,
            "Account main/shop appears disconnected, marking as Warning",
        ),
        (
            moved("Healthy", "Warning", "LoggedOut", "logged_out"),
            logging.WARNING,
            "Account main/shop appears logged out, marking as Warning (logged_out)",
        ),
        (
            moved("Healthy", "Warning", "Unreachable", "gateway_down"),
            logging.WARNING,
            "Account main/shop appears unreachable, marking as Warning (gateway_down)",
        ),
        (
            moved("Warning", "Critical", "Failed"),
            logging.ERROR,
            "Account main/shop has been offline too long, marking as Critical",
        ),
        (
            moved("Warning", "Healthy", "Connected"),
            logging.INFO,
            "Account main/shop is connected, marking as Healthy",
        ),
        (moved("Warning", "Warning", "Connecting"), logging.INFO, "Account main/shop is Connecting, Warning"),
    ],
)
def test_a_transition(data: dict[str, object], level: int, words: str, caplog: pytest.LogCaptureFixture) -> None:
    assert told("transition", caplog, **data) == (level, words)


@pytest.mark.parametrize(
    ("data", "level", "words"),
    [
        ({"state": "started"}, logging.INFO, "Attempting to reconnect account main/shop"),
        ({"state": "connected"}, logging.INFO, "Account main/shop was reconnected"),
        ({"state": "still_down"}, logging.WARNING, "Reconnection of account main/shop ended: still_down"),
        ({"state": "refused", "detail": "no"}, logging.WARNING, "Reconnection of account main/shop ended: refused: no"),
    ],
)
def test_an_attempt(data: dict[str, object], level: int, words: str, caplog: pytest.LogCaptureFixture) -> None:
    assert told("attempt", caplog, **data) == (level, words)


def test_a_gateway(caplog: pytest.LogCaptureFixture) -> None:
    words = (logging.ERROR, "Gateway eu does not answer: time-out")
    assert told("gateway", caplog, gateway="eu", error="time-out") == words
    caplog.clear()
    assert told("gateway", caplog, gateway="eu", error="") == (logging.INFO, "Gateway eu answers again")


def first_seen(number: int, **data: object) -> list[Event]:
    seen = {**moved("Unknown", "Healthy", "Connected"), "reason": "seen for the first time", **data}
    return [Event("transition", NOON, AccountId("main", f"shop-{one}"), seen) for one in range(number)]


def test_many_accounts_that_are_new_and_well_are_one_line(caplog: pytest.LogCaptureFixture) -> None:
    down = first_seen(1, health_to="Warning", connection_to="Disconnected", reason="down when first seen")
    with caplog.at_level(logging.INFO):
        chronicle([*first_seen(51), *down])
    assert [record.getMessage() for record in caplog.records] == [
        "51 accounts are connected, seen for the first time: marking them as Healthy",
        "Account main/shop-0 appears disconnected, marking as Warning",
    ]


def test_a_few_new_accounts_are_named(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        chronicle(first_seen(50))
    assert len(caplog.records) == 50


def test_what_others_tell_is_not_told_twice(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        chronicle([Event("notice", NOON, SHOP, {"state": "owed"}), Event("job", NOON)])
    assert caplog.records == []


@pytest.mark.parametrize(
    ("step", "level", "words"),
    [
        ("open", logging.ERROR, "gateway:eu: 40 accounts fell together"),
        ("the canary is back", logging.INFO, "gateway:eu: the canary is back"),
        ("end", logging.INFO, "gateway:eu: nearly all of the 40 accounts that fell together are back"),
    ],
)
def test_many_that_fell_together(step: str, level: int, words: str, caplog: pytest.LogCaptureFixture) -> None:
    assert told("incident", caplog, scope="blast", subject="gateway:eu", step=step, accounts=40) == (level, words)


def test_the_incident_of_one_account_is_told_as_its_transition(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        chronicle([Event("incident", NOON, SHOP, {"incident": 1, "step": "open"})])
    assert caplog.records == []
