"""WuzAPI's envelope, and its webhook of each user with the key that signs it."""

from typing import Any

import msgspec

from healthcheckd.simulator.exchange import Call, Reply, Stage, hook_key
from healthcheckd.simulator.session import Claim

SHORTEST_KEY = 32
EVENTS = frozenset({"Message", "ReadReceipt", "Connected", "Disconnected", "LoggedOut", "All"})


def webhook(call: Call, claim: Claim, stage: Stage, *, old: bool) -> Reply | None:
    """The answer to what is asked or told about it."""
    match call.segments:
        case ("webhook",):
            return _address(call, claim, stage, "webhook" if old else "webhookurl")
        case ("session", "hmac", "config"):
            return _key(call, claim, stage)
    return None


def events(name: str, stage: Stage) -> str:
    """What a user is subscribed to."""
    return stage.memory.get(name, "Message,ReadReceipt")


def body(call: Call) -> dict[str, Any]:
    """The fields sent; none where it is not JSON."""
    try:
        return msgspec.json.decode(call.body, type=dict[str, Any])
    except msgspec.DecodeError:
        return {}


def done(data: Any) -> Reply:
    return Reply.json({"code": 200, "data": data, "success": True})


def failed(status: int, words: str) -> Reply:
    return Reply.json({"code": status, "error": words, "success": False}, status=status)


def _address(call: Call, claim: Claim, stage: Stage, field: str) -> Reply:
    """Events that it does not know are left out; with none at all it stays subscribed to what it was."""
    if call.method == "POST":
        wanted = body(call)
        stage.memory[hook_key(claim.name)] = wanted.get(field, "")
        if known := [event for event in wanted.get("events", []) if event in EVENTS]:
            stage.memory[claim.name] = ",".join(known)
    return done(
        {"webhook": stage.memory.get(hook_key(claim.name), ""), "subscribe": events(claim.name, stage).split(",")}
    )


def _key(call: Call, claim: Claim, stage: Stage) -> Reply:
    """It is never shown again."""
    kept = f"key of {claim.name}"
    if call.method != "POST":
        return done({"hmac_key": "***" if kept in stage.memory else ""})
    if len(key := body(call).get("hmac_key", "")) < SHORTEST_KEY:
        return failed(400, "HMAC key must be at least 32 characters long")
    stage.memory[kept] = key
    return done({"Details": "HMAC key configured successfully"})
