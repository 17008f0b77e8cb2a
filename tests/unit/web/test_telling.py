"""Which committed event becomes which message."""

from datetime import UTC, datetime, timedelta

import pytest

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.observations import Cause
from healthcheckd.ports.store import Event
from healthcheckd.store.rows import written
from healthcheckd.web.telling import told

NOW = datetime(2026, 5, 4, 12, 0, 0, 250_000, tzinfo=UTC)
SHOP = AccountId("main", "shop")

STATUS = "whatsapp:connection:status"
RECONNECTING = "whatsapp:connection:reconnecting"
HEALTH = "whatsapp:health:changed"


def transition(connection: tuple[str, str], health: tuple[str, str], cause: Cause | None = None) -> Event:
    names = ("connection_from", "connection_to", "health_from", "health_to")
    data = {**dict(zip(names, connection + health, strict=True)), "cause": cause, "reason": "fell"}
    return Event("transition", NOW, SHOP, data)


def attempt(state: str, **more: object) -> Event:
    return Event("attempt", NOW, SHOP, {"slot": 3, "by": "", "state": state, "number": 2, "most": 8, **more})


def messages(event: Event) -> list[tuple[str, object]]:
    return [(one.name, one.data) for one in told(event)]


def reconnecting(attempt: int, wait: int) -> list[tuple[str, object]]:
    data = {"accountId": "main/shop", "attempt": attempt, "maxAttempts": 8, "nextAttemptIn": wait}
    return [(RECONNECTING, data)]


def test_a_fall_is_told_as_its_connection_and_then_its_health() -> None:
    beside = {"cause": "logged_out", "reason": "fell", "timestamp": "2026-05-04T12:00:00.250Z"}
    metadata = {"previousStatus": "Connected", "health": "Warning", **beside}
    status = {"accountId": "main/shop", "status": "LoggedOut", "metadata": metadata}
    health = {"accountId": "main/shop", "status": "Warning", "previousStatus": "Healthy", "connection": "LoggedOut"}
    fall = transition(("Connected", "LoggedOut"), ("Healthy", "Warning"), Cause.LOGGED_OUT)
    assert messages(fall) == [(STATUS, status), (HEALTH, health | beside)]


@pytest.mark.parametrize(
    ("connection", "health", "names"),
    [
        (("Disconnected", "Connected"), ("Warning", "Healthy"), [STATUS, HEALTH]),
        (("Failed", "Connecting"), ("Warning", "Warning"), [STATUS]),
        (("Failed", "Failed"), ("Warning", "Critical"), [HEALTH]),
        (("Failed", "Failed"), ("Critical", "Critical"), []),
    ],
)
def test_only_what_changed_is_told(connection: tuple[str, str], health: tuple[str, str], names: list[str]) -> None:
    assert [one.name for one in told(transition(connection, health))] == names


NEXT = NOW + timedelta(seconds=90, milliseconds=5)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (attempt("started"), reconnecting(2, 0)),
        (attempt("still_down", next_at=written(NEXT)), reconnecting(3, 90_005)),
        (attempt("error", next_at=written(NEXT)), reconnecting(3, 90_005)),
        (attempt("refused", next_at=written(NOW - timedelta(seconds=1))), reconnecting(3, 0)),
        (attempt("still_down", next_at=None), []),
        (attempt("connected"), []),
    ],
)
def test_an_attempt_is_told_as_it_begins_and_when_the_next_one_is_known(
    event: Event, expected: list[tuple[str, object]]
) -> None:
    assert messages(event) == expected


@pytest.mark.parametrize("kind", ["notice", "incident", "job", "gateway"])
def test_nothing_else_is_told(kind: str) -> None:
    assert messages(Event(kind, NOW, None, {"state": "started"})) == []
