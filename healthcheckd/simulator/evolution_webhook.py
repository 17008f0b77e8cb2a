"""Evolution's webhook of each instance: one row in its database, or none."""

import msgspec

from healthcheckd.simulator.evolution_shapes import BROKEN, failed
from healthcheckd.simulator.exchange import Call, Reply, Stage, hook_key
from healthcheckd.simulator.scripts import State
from healthcheckd.simulator.session import Claim

EVENTS = frozenset({"CONNECTION_UPDATE", "STATUS_INSTANCE", "LOGOUT_INSTANCE", "MESSAGES_UPSERT", "SEND_MESSAGE"})


class _Webhook(msgspec.Struct):
    enabled: bool
    url: str
    events: list[str] = []


class _Wanted(msgspec.Struct):
    webhook: _Webhook


def webhook(call: Call, claim: Claim, stage: Stage) -> Reply | None:
    """The answer to what is asked or told about it."""
    match call.method, call.segments[1]:
        case "GET", "find":
            return Reply(200, stage.memory.get(hook_key(claim.name), "null").encode())
        case "POST", "set":
            return _set(call, claim, stage)
    return None


def _set(call: Call, claim: Claim, stage: Stage) -> Reply:
    """Of an instance that is not loaded it knows no id."""
    if claim.state is State.STOPPED:
        return failed(500, BROKEN)
    try:
        wanted = msgspec.json.decode(call.body, type=_Wanted).webhook
    except msgspec.MsgspecError:
        return failed(400, [['instance requires property "webhook"']])
    if unknown := [event for event in wanted.events if event not in EVENTS]:
        return failed(400, [[f"{event} is not one of enum values" for event in unknown]])
    row = {"id": claim.name, "enabled": wanted.enabled, "url": wanted.url, "events": wanted.events, "headers": None}
    stage.memory[hook_key(claim.name)] = msgspec.json.encode(row).decode()
    return Reply.json(row, status=201)
