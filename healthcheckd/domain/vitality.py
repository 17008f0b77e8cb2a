"""Whether everything that matters did its work of late."""

from dataclasses import dataclass
from datetime import datetime, timedelta

LATE = timedelta(minutes=10)
"""A notice may wait so long beyond its time: a channel that fails is tried again, and others go before it."""


@dataclass(frozen=True, slots=True)
class VitalSigns:
    """`good_sweep_at` is when a sweep last ended without error; `waiting_since` since when the oldest notice that
    may go has not gone, None while none waits or nothing is to be sent."""

    good_sweep_at: datetime | None = None
    waiting_since: datetime | None = None


def lacking(signs: VitalSigns, cadence: timedelta, now: datetime) -> str:
    """What does not work, in words; empty when all does. A sweep may take as long again as its cadence."""
    if signs.good_sweep_at is None:
        return "no sweep ended well yet"
    if abs(now - signs.good_sweep_at) > 2 * cadence:
        return f"no sweep ended well since {signs.good_sweep_at:%Y-%m-%d %H:%M} UTC"
    if signs.waiting_since is not None and now - signs.waiting_since > LATE:
        return f"notices have been waiting since {signs.waiting_since:%Y-%m-%d %H:%M} UTC"
    return ""
