"""When a sign of life may be sent."""

from datetime import UTC, datetime, timedelta

import pytest

from healthcheckd.domain.vitality import VitalSigns, lacking

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def ago(**past: float) -> datetime:
    return NOON - timedelta(**past)


@pytest.mark.parametrize(
    "signs",
    [
        VitalSigns(ago(minutes=1)),
        VitalSigns(ago(minutes=30)),
        VitalSigns(ago(minutes=1), waiting_since=ago(minutes=10)),
    ],
)
def test_all_works(signs: VitalSigns) -> None:
    assert lacking(signs, QUARTER, NOON) == ""


@pytest.mark.parametrize(
    ("signs", "why"),
    [
        (VitalSigns(), "no sweep ended well yet"),
        (VitalSigns(ago(minutes=31)), "no sweep ended well since 2026-03-01 11:29 UTC"),
        (VitalSigns(ago(minutes=1), ago(minutes=11)), "notices have been waiting since 2026-03-01 11:49 UTC"),
    ],
)
def test_something_lacks(signs: VitalSigns, why: str) -> None:
    assert lacking(signs, QUARTER, NOON) == why


def test_a_sweep_in_the_future_is_no_sweep_of_late() -> None:
    """The clock was set back by hours: whatever that row says, it does not say that we work now."""
    assert lacking(VitalSigns(NOON + timedelta(hours=5)), QUARTER, NOON) != ""
