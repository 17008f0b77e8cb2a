"""Whether and when a session may be reinitialised. First, do no harm: cause decides, and caps belong to the account."""

import zlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from healthcheckd.domain.accounts import Vitals
from healthcheckd.domain.observations import Cause, Connection
from healthcheckd.domain.policy import ReconnectPolicy


class Why(StrEnum):
    """The reason of a plan, for people."""

    DUE = "due"
    GATEWAY_RETRIES = "the gateway is still retrying by itself"
    BACKING_OFF = "backing off after the last attempt"
    HOURLY_CAP = "the hourly cap is reached"
    DAILY_CAP = "the daily cap is reached"
    EXHAUSTED = "attempts are exhausted; one every few hours"
    BAN_RUNNING = "waiting for a ban or a limit to expire"
    NEEDS_PERSON = "only a person can mend this"
    NO_WAY = "its gateway has no way to restart it"
    NOT_DOWN = "nothing calls for it"
    NOT_YET_CERTAIN = "not certain yet"
    NOT_ADOPTED = "found down at the first look; seen connected or adopted first"


NEEDS_PERSON = frozenset(
    {
        Cause.LOGGED_OUT,
        Cause.NEEDS_PAIRING,
        Cause.BANNED,
        Cause.REPLACED,
        Cause.OUTDATED_CLIENT,
        Cause.STOPPED,
        Cause.GONE,
        Cause.NUMBER_CHANGED,
    }
)
"""Causes that an automatic attempt never mends, and may make worse."""

FORCE_ONLY = frozenset({Cause.BANNED, Cause.REPLACED, Cause.LOGGED_OUT})
"""Causes for which even a person has to insist."""

BANS = frozenset({Cause.TEMPORARY_BAN, Cause.RATE_LIMITED})


@dataclass(frozen=True, slots=True)
class Plan:
    """When the next attempt is due; None means never by ourselves."""

    due_at: datetime | None
    why: Why


def plan(key: int, vitals: Vitals, started: tuple[datetime, ...], policy: ReconnectPolicy, now: datetime) -> Plan:
    """The next attempt for an account. `started` are its attempts of the last 24 hours, oldest first."""
    if (forbidden := _forbidden(vitals)) is not None:
        return Plan(None, forbidden)
    limits = [*_ban(vitals, policy, now), *_caps(started, policy, now), *_patience(key, vitals, started, policy)]
    latest = max(limits, key=lambda limit: limit[0], default=(now, Why.DUE))
    return Plan(latest[0], latest[1]) if latest[0] > now else Plan(now, Why.DUE)


def calls_for_attempt(vitals: Vitals) -> bool:
    """Whether the state, as just read, still calls for an automatic attempt."""
    return _forbidden(vitals) is None


def free_at(started: tuple[datetime, ...], policy: ReconnectPolicy, now: datetime) -> datetime:
    """When the caps allow another attempt, whoever asks for it."""
    return max((free for free, _ in _caps(started, policy, now)), default=now)


def attempted(vitals: Vitals) -> Vitals:
    """As an attempt begins: one more in a row, and the evidence about the client before it is void."""
    return replace(vitals, attempt_streak=vitals.attempt_streak + 1, proof_failures=0)


def exhausted(vitals: Vitals, policy: ReconnectPolicy) -> bool:
    return vitals.attempt_streak >= policy.max_streak


def backoff(key: int, streak: int, policy: ReconnectPolicy) -> timedelta:
    """1, 2, 4 … minutes up to the cap, spread by up to a fifth either way so that a fleet does not march in step.

    The spread is a function of account and streak: the same question always gets the same answer.
    """
    doublings = min(max(streak - 1, 0), 16)
    plain = min(policy.base * (1 << doublings), policy.cap)
    spread = zlib.crc32(f"{key}:{streak}".encode()) / 0xFFFFFFFF
    return plain * (0.8 + 0.4 * spread)


def _forbidden(vitals: Vitals) -> Why | None:
    if vitals.offline_since is None:
        return Why.NOT_DOWN
    if vitals.cause in NEEDS_PERSON:
        return Why.NEEDS_PERSON
    if not vitals.adopted:
        return Why.NOT_ADOPTED
    if vitals.stale_since is not None or vitals.first_good_at is not None:
        return Why.NOT_YET_CERTAIN
    stuck = vitals.connection is Connection.CONNECTING and vitals.cause is Cause.STUCK
    down = vitals.connection in {Connection.DISCONNECTED, Connection.FAILED}
    return None if stuck or down else Why.NOT_YET_CERTAIN


def _ban(vitals: Vitals, policy: ReconnectPolicy, now: datetime) -> list[tuple[datetime, Why]]:
    """Until the stated expiry; where none is stated, a long one."""
    if vitals.cause not in BANS:
        return []
    return [(vitals.restricted_until or (vitals.offline_since or now) + policy.ban_wait, Why.BAN_RUNNING)]


def _caps(started: tuple[datetime, ...], policy: ReconnectPolicy, now: datetime) -> list[tuple[datetime, Why]]:
    """A cap of n an hour is free again an hour after the n-th last attempt."""
    limits = []
    for most, span, why in (
        (policy.per_hour, timedelta(hours=1), Why.HOURLY_CAP),
        (policy.per_day, timedelta(days=1), Why.DAILY_CAP),
    ):
        recent = [instant for instant in started if instant > now - span]
        if len(recent) >= most:
            limits.append((recent[-most] + span, why))
    return limits


def _patience(
    key: int, vitals: Vitals, started: tuple[datetime, ...], policy: ReconnectPolicy
) -> list[tuple[datetime, Why]]:
    limits = []
    if vitals.self_healing and vitals.offline_since is not None and vitals.cause is not Cause.STUCK:
        limits.append((vitals.offline_since + policy.after, Why.GATEWAY_RETRIES))
    if started and vitals.attempt_streak:
        if exhausted(vitals, policy):
            limits.append((started[-1] + policy.slow_every, Why.EXHAUSTED))
        else:
            limits.append((started[-1] + backoff(key, vitals.attempt_streak, policy), Why.BACKING_OFF))
    return limits
