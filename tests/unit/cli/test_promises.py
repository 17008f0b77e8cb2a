"""What the demonstration says it showed has to have been seen."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from healthcheckd.cli.demo.kinds import SHOWN, Kind
from healthcheckd.cli.demo.pace import Pace, configuration
from healthcheckd.cli.demo.promises import Witness
from healthcheckd.cli.demo.stage import OWNERS
from healthcheckd.config import load
from healthcheckd.domain.reports.operation import EventRow
from healthcheckd.notify.sink import KeptMail
from healthcheckd.settings import KINDS
from healthcheckd.simulator import demo_cast
from healthcheckd.simulator.scripts import State

NOW = datetime(2026, 3, 1, tzinfo=UTC)
LOG = "2026-03-01T00:00:00.000Z [INFO] The self-test arrived\n"


def went(session: str, *grades: str, cause: str | None = None) -> list[EventRow]:
    account = f"demo/{session}"
    return [EventRow(NOW, "transition", account, {"health_to": grade, "cause": cause}) for grade in grades]


def told(session: str, kind: str) -> EventRow:
    return EventRow(NOW, "notice", f"demo/{session}", {"kind": kind, "state": "sent"})


def kept(events: list[EventRow], mailed: tuple[str, ...] = (), **restarts: int) -> list[bool]:
    return kept_by(SHOWN["waha"], events, mailed, **restarts)


def kept_by(kind: Kind, events: list[EventRow], mailed: tuple[str, ...] = (), /, **restarts: int) -> list[bool]:
    verbs = {session.replace("_", "-"): [*kind.restart] * times for session, times in restarts.items()}
    mails = [KeptMail(OWNERS[session], "s", Path("x.eml"), None) for session in mailed]
    witness = Witness(events, mails, lambda session: verbs.get(session, []), kind, LOG)
    return [promise.kept for promise in witness.promises()]


def test_of_a_silent_stage_only_the_blips_were_not_counted() -> None:
    assert kept([]) == [False, False, False, False, True, False, True]


def test_a_self_test_that_the_log_does_not_tell_of_did_not_arrive() -> None:
    [*_, last] = Witness([], [], lambda session: [], SHOWN["waha"], "").promises()
    assert (last.text.startswith("A session of our own"), last.kept) == (True, False)


def test_everything_that_happens_as_scripted_is_seen() -> None:
    events = [
        *went("shop-centro", "Warning", "Healthy"),
        *went("bakery", "Warning", "Critical"),
        *went("clinic", "Warning"),
        told("clinic", "action_required"),
        *went("bookings", "Warning", cause="zombie"),
        *went("repairs", "Warning"),
    ]
    assert kept(events, ("bakery", "clinic"), shop_centro=1, repairs=4) == [True] * 7


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


@pytest.mark.parametrize(("kind", "promises"), [("wppconnect", 7), ("gowa", 6), ("meta", 3)])
def test_what_a_kind_cannot_show_is_not_promised(kind: str, promises: int) -> None:
    assert len(kept_by(SHOWN[kind], [])) == promises


def test_a_reconnection_in_two_steps_is_one() -> None:
    events, two_steps = [*went("shop-centro", "Warning", "Healthy"), *went("repairs", "Warning")], SHOWN["wppconnect"]
    assert kept_by(two_steps, events, shop_centro=1, repairs=6)[::5] == [True, True]
    assert kept_by(two_steps, events, shop_centro=2, repairs=7)[::5] == [False, False]


def test_every_kind_is_shown() -> None:
    assert set(SHOWN) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_cast_lies_and_blips_only_where_its_gateway_does(kind: str) -> None:
    lives = {one.name: one.script for one in SHOWN[kind].cast()}
    assert (lives["bookings"].name == "steady") is not SHOWN[kind].zombie.startswith("zombie")
    assert {step.state for step in lives["courier"].steps} == {State.WORKING, *SHOWN[kind].passing}


@pytest.mark.parametrize("lasts", [20.0, 60.0, 3600.0])
@pytest.mark.parametrize("kind", KINDS)
def test_the_demonstrations_configuration_is_one(tmp_path: Path, lasts: float, kind: str) -> None:
    config = tmp_path / "healthcheckd.toml"
    config.write_text(configuration(Pace(lasts), SHOWN[kind], "http://127.0.0.1:1", 25, OWNERS))
    settings = load(config, {}).settings
    assert settings.gateways[0].kind == kind
    assert settings.email.enabled and len(settings.accounts) == len(OWNERS)
    assert settings.health.critical_after.total_seconds() == pytest.approx(lasts * 0.75)


def test_the_cast_has_an_owner_for_everybody_in_trouble() -> None:
    assert set(OWNERS) == {session.name for session in demo_cast() if session.script.name != "steady"}
