"""What outages are called on screen."""

from datetime import UTC, datetime

import pytest

from healthcheckd.cli.screens.incidents import cause, subject
from healthcheckd.domain.reports.history import IncidentRow


def outage(scope: str, name: str, **more: str) -> IncidentRow:
    return IncidentRow(1, scope, name, datetime(2026, 3, 1, tzinfo=UTC), **more)


@pytest.mark.parametrize(
    ("scope", "name", "called"),
    [
        ("account", "eu/shop", "eu/shop"),
        ("gateway", "eu", "gateway eu"),
        ("blast", "gateway:eu", "mass fall, gateway eu"),
        ("blast", "engine:waha 2026.3", "mass fall, waha 2026.3"),
        ("blast", "label:proxy=a:1", "mass fall, proxy=a:1"),
        ("blast", "network", "mass fall, everything"),
    ],
)
def test_an_outage_is_called_by_what_fell(scope: str, name: str, called: str) -> None:
    assert subject(outage(scope, name)) == called


def test_what_fell_is_not_said_twice() -> None:
    assert cause(outage("channel", "team", detail="channel team: 500")) == "500"
    assert cause(outage("channel", "team", detail="no such host")) == "no such host"
