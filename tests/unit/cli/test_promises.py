"""What the demonstration says it showed has to have been seen."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from healthcheckd.cli.demo.pace import Pace, configuration
from healthcheckd.cli.demo.promises import Witness
from healthcheckd.cli.demo.stage import OWNERS
from healthcheckd.config import load
from healthcheckd.domain.reports.operation import EventRow
from healthcheckd.notify.sink import KeptMail
from healthcheckd.simulator import demo_cast

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def went(session: str, *grades: str, cause: str | None = None) -> list[EventRow]:
    account = f"demo/{session}"
    return [EventRow(NOW, "transition", account, {"health_to": grade, "cause": cause}) for grade in grades]


def told(session: str, kind: str) -> EventRow:
    return EventRow(NOW, "notice", f"demo/{session}", {"kind": kind, "state": "sent"})


def kept(events: list[EventRow], mailed: tuple[str, ...] = (), **restarts: int) -> list[bool]:
    verbs = {session.replace("_", "-"): ["restart"] * times for session, times in restarts.items()}
    mails = [KeptMail(OWNERS[session], "s", Path("x.eml"), None) for session in mailed]
    return [promise.kept for promise in Witness(events, mails, lambda session: verbs.get(session, [])).promises()]


def test_of_a_silent_stage_only_the_blips_were_not_counted() -> None:
    assert kept([]) == [False, False, False, False, True, False]


def test_everything_that_happens_as_scripted_is_seen() -> None:
    events = [
        *went("shop-centro", "Warning", "Healthy"),
        *went("bakery", "Warning", "Critical"),
        *went("clinic", "Warning"),
        told("clinic", "action_required"),
        *went("bookings", "Warning", cause="zombie"),
        *went("repairs", "Warning"),
    ]
    assert kept(events, ("bakery", "clinic"), shop_centro=1, repairs=4) == [True] * 6


@pytest.mark.parametrize(
    ("place", "events", "mailed", "restarts"),
    [
        (0, went("shop-centro", "Warning", "Healthy"), (), {}),
        (0, went("shop-centro", "Warning"), (), {"shop_centro": 1}),
        (1, went("bakery", "Warning", "Critical"), (), {}),
        (1, went("bakery", "Warning"), ("bakery",), {}),
        (2, [*went("clinic", "Warning"), told("clinic", "action_required")], ("clinic",), {"clinic": 1}),
        (2, went("clinic", "Warning"), ("clinic",), {}),
        (3, went("bookings", "Warning", cause="network"), (), {}),
        (4, went("courier", "Warning"), (), {}),
        (5, went("repairs", "Warning"), (), {"repairs": 7}),
    ],
)
def test_what_went_otherwise_is_not_said_to_be_seen(
    place: int, events: list[EventRow], mailed: tuple[str, ...], restarts: dict[str, int]
) -> None:
    assert kept(events, mailed, **restarts)[place] is False


@pytest.mark.parametrize("lasts", [20.0, 60.0, 3600.0])
def test_the_demonstrations_configuration_is_one(tmp_path: Path, lasts: float) -> None:
    config = tmp_path / "healthcheckd.toml"
    config.write_text(configuration(Pace(lasts), "http://127.0.0.1:1", 25, OWNERS))
    settings = load(config, {}).settings
    assert settings.email.enabled and len(settings.accounts) == len(OWNERS)
    assert settings.health.critical_after.total_seconds() == pytest.approx(lasts * 0.75)


def test_the_cast_has_an_owner_for_everybody_in_trouble() -> None:
    assert set(OWNERS) == {session.name for session in demo_cast() if session.script.name != "steady"}
