"""The JSON that a WAHA server shows of a session."""

from dataclasses import dataclass
from typing import Any

from healthcheckd.simulator.exchange import Stage
from healthcheckd.simulator.scripts import Answer, Live, Restriction, State
from healthcheckd.simulator.session import Claim

STATUS = {
    State.WORKING: "WORKING",
    State.STARTING: "STARTING",
    State.PAIRING: "SCAN_QR_CODE",
    State.FAILED: "FAILED",
    State.STOPPED: "STOPPED",
}
ENGINE_STATE = {
    Live.UNPAIRED: "UNPAIRED",
    Live.CONFLICT: "CONFLICT",
    Live.TIMEOUT: "TIMEOUT",
    Live.BANNED: "TOS_BLOCK",
}


@dataclass(frozen=True, slots=True)
class Build:
    """Which WAHA is imitated: they differ in fields, routes and patience."""

    version: str
    tier: str
    modern: bool
    """Has timelock and capping routes, and the fields that came after 2024."""
    verb_seconds: float = 0.0
    """Real seconds that a restart or a stop of a running session takes."""
    patience: float = 0.0
    """Real seconds it waits for the right state before it answers 422."""


CURRENT = Build("2026.8.1", "PLUS", modern=True)
CORE_2024 = Build("2024.10.8", "CORE", modern=False, verb_seconds=3.0, patience=5.0)


def server_version(build: Build) -> dict[str, Any]:
    """`GET /api/server/version`."""
    return {"version": build.version, "engine": "WEBJS", "tier": build.tier, "browser": "/usr/bin/chromium"}


def row(claim: Claim, stage: Stage, build: Build) -> dict[str, Any]:
    """One row of the list. A session that answers garbage spoils its own row only."""
    if claim.step.answer is Answer.GARBAGE:
        return {"name": claim.name, "status": 42, "config": "?", "me": ["?"]}
    shown = {"name": claim.name, "status": STATUS[claim.state], "config": None, "me": me(claim, stage, build)}
    if build.modern:
        shown["config"] = {"metadata": {}, "webhooks": []}
        shown |= {"assignedWorker": "", "presence": None, "timestamps": _timestamps(claim, stage)}
    return shown


def detail(claim: Claim, stage: Stage, build: Build) -> dict[str, Any]:
    """`GET /api/sessions/{name}`: a row and what the engine says."""
    return {**row(claim, stage, build), "engine": _engine(claim)}


def me(claim: Claim, stage: Stage, build: Build) -> dict[str, Any] | None:
    """Whose session it is; nothing while unlinked or stopped."""
    if claim.phone is None or claim.state is State.STOPPED:
        return None
    shown = {"id": f"{claim.phone}@c.us", "pushName": claim.push_name}
    if build.modern:
        shown |= {"lid": f"{claim.phone[::-1]}@lid", "jid": f"{claim.phone}:1@s.whatsapp.net"}
    return shown | _restrictions(claim, stage)


def timelock(claim: Claim, stage: Stage) -> dict[str, Any]:
    """`GET …/timelock`: whether the number may write to strangers, and until when it may not."""
    locked = claim.step.restriction
    if locked is None or locked.quota is not None:
        return {"enforcementType": "DEFAULT", "isActive": False, "timeEnforcementEnds": None}
    return {
        "enforcementType": "BIZ_QUALITY",
        "isActive": True,
        "timeEnforcementEnds": _ends(claim, locked, stage),
    }


def capping(claim: Claim, stage: Stage) -> dict[str, Any]:
    """`GET …/capping`: how much of the quota of new chats is used."""
    capped = claim.step.restriction
    if capped is None or capped.quota is None:
        return {"cappingStatus": "NONE", "totalQuota": None, "usedQuota": None, "cycleStart": None, "cycleEnd": None}
    used, total = capped.quota
    return {
        "cappingStatus": "CAPPED" if used >= total else "FIRST_WARNING",
        "totalQuota": total,
        "usedQuota": used,
        "cycleStart": int(stage.epoch + claim.since),
        "cycleEnd": _ends(claim, capped, stage),
    }


def _restrictions(claim: Claim, stage: Stage) -> dict[str, Any]:
    if claim.step.restriction is None:
        return {}
    if claim.step.restriction.quota is None:
        return {"reachoutTimelock": timelock(claim, stage)}
    return {"messageCapping": capping(claim, stage)}


def _ends(claim: Claim, restriction: Restriction, stage: Stage) -> int:
    return int(stage.epoch + claim.since + restriction.lasts)


def _timestamps(claim: Claim, stage: Stage) -> dict[str, Any]:
    return {"activity": int((stage.epoch + claim.since) * 1000) if claim.state is State.WORKING else None}


def _engine(claim: Claim) -> dict[str, Any]:
    """The engine's own state: null while unlinked, absent when its page does not answer or is not up yet."""
    if claim.state is State.STOPPED:
        return {}
    shown: dict[str, Any] = {"engine": "WEBJS"}
    if claim.step.live in ENGINE_STATE:
        shown["state"] = ENGINE_STATE[claim.step.live]
    elif claim.step.live is Live.AS_CLAIMED and claim.state in {State.WORKING, State.PAIRING}:
        shown["state"] = "CONNECTED" if claim.state is State.WORKING else None
    return shown
