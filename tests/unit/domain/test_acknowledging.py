"""What an acknowledged incident still tells."""

import pytest

from healthcheckd.domain.acknowledging import still_told
from healthcheckd.domain.contacts import Contact
from healthcheckd.domain.notices import NoticeKind, NoticePlan
from healthcheckd.domain.observations import Cause
from tests.unit.domain.story import NOON

Kind = NoticeKind


@pytest.mark.parametrize(
    ("kind", "reminder", "variant", "told"),
    [
        (Kind.OFFLINE, 0, "", True),
        (Kind.OFFLINE, 1, "", False),
        (Kind.OFFLINE, 0, "no_owner", False),
        (Kind.ACTION_REQUIRED, 0, "logged_out", True),
        (Kind.ESCALATION, 0, "", False),
        (Kind.ESCALATION, 0, "exhausted", False),
        (Kind.ESCALATION, 0, "undeliverable", False),
        (Kind.ESCALATION, 0, Cause.BANNED.value, True),
        (Kind.ESCALATION, 0, Cause.REPLACED.value, True),
        (Kind.RECOVERED, 0, "operator", True),
        (Kind.RECOVERED, 0, "owner", True),
        (Kind.GATEWAY_DOWN, 0, "", False),
        (Kind.GATEWAY_UP, 0, "", True),
        (Kind.MASS_FALL, 0, "", False),
        (Kind.MASS_OVER, 0, "", True),
        (Kind.CHANNEL_FAILED, 0, "", False),
        (Kind.CHANNEL_RECOVERED, 0, "", True),
    ],
)
def test_of_an_acknowledged_incident(kind: NoticeKind, reminder: int, variant: str, told: bool) -> None:
    assert still_told(NoticePlan(kind, Contact("ops@example.com"), NOON, reminder, variant)) is told
