"""The JSON that an Evolution API server shows of an instance."""

import uuid
from datetime import UTC, datetime
from typing import Any

from healthcheckd.simulator.exchange import Reply, Stage
from healthcheckd.simulator.pictures import code_to_type
from healthcheckd.simulator.scripts import Answer, Live, State
from healthcheckd.simulator.session import Claim

VERSION = "2.3.6"
REASONS = {400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 500: "Internal Server Error"}
BROKEN = "Internal server error"
MEMORY = {
    State.WORKING: "open",
    State.STARTING: "connecting",
    State.PAIRING: "connecting",
    State.FAILED: "close",
}
"""The state in memory; a stopped instance is not loaded, and has none."""
LOGGED_OUT, BANNED, TIMED_OUT = 401, 406, 408


def connection_state(claim: Claim) -> dict[str, Any]:
    """`GET /instance/connectionState/{name}`: without a state while the instance is not loaded."""
    instance = {"instanceName": claim.name}
    if claim.state in MEMORY:
        instance["state"] = MEMORY[claim.state]
    return {"instance": instance}


def row(claim: Claim, stage: Stage) -> dict[str, Any]:
    """One row of `fetchInstances`, from the database. An instance that answers garbage has a garbled row."""
    if claim.step.answer is Answer.GARBAGE:
        return {"name": claim.name, "connectionStatus": 42, "ownerJid": ["?"]}
    since = datetime.fromtimestamp(stage.epoch + claim.since, UTC).isoformat(timespec="milliseconds")
    reason = _reason(claim)
    return {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, claim.name)),
        "name": claim.name,
        "connectionStatus": _written(claim),
        "ownerJid": f"{claim.phone}@s.whatsapp.net" if claim.phone else None,
        "profileName": claim.push_name if claim.phone else None,
        "profilePicUrl": None,
        "integration": "WHATSAPP-BAILEYS",
        "number": None,
        "token": str(uuid.uuid5(uuid.NAMESPACE_OID, claim.name)).upper(),
        "disconnectionReasonCode": reason,
        "disconnectionObject": None,
        "disconnectionAt": since if reason else None,
        "createdAt": since,
        "updatedAt": since,
        "Setting": {"rejectCall": False, "wavoipToken": ""},
        "_count": {"Message": 0, "Contact": 0, "Chat": 0},
    }


def qr_code(claim: Claim, number: str) -> dict[str, Any]:
    """What `connect` shows: nothing but a count before the first code is drawn."""
    if not claim.qr:
        return {"count": 0}
    code = code_to_type(claim.qr, number).replace("-", "") if number else None
    return {"pairingCode": code, "code": claim.qr, "base64": "data:image/png;base64,", "count": 1}


def metrics(stage: Stage) -> str:
    """`GET /metrics`, where it is switched on: what is loaded, and no more."""
    loaded = [claim for claim in stage.claims() if claim.state in MEMORY]
    lines = [f'evolution_environment_info{{version="{VERSION}",clientName="sim",serverUrl=""}} 1']
    lines.append(f"evolution_instances_total {len(loaded)}")
    for claim in loaded:
        labels = f'instance="{_escaped(claim.name)}",integration="WHATSAPP-BAILEYS"'
        lines.append(f"evolution_instance_up{{{labels}}} {int(claim.state is State.WORKING)}")
        lines.append(f'evolution_instance_state{{{labels},state="{MEMORY[claim.state]}"}} 1')
    return "\n".join(lines) + "\n"


def _written(claim: Claim) -> str:
    """The database hears of a drawn code, of an opening and of a final close: a start leaves it as it was."""
    if claim.state is State.PAIRING or (claim.state is State.FAILED and claim.phone is None):
        return "connecting"
    return "open" if claim.state is State.WORKING else "close"


def _reason(claim: Claim) -> int | None:
    if claim.state is not State.FAILED or claim.phone is None:
        return None
    if claim.step.live is Live.BANNED:
        return BANNED
    return LOGGED_OUT if claim.step.restart == "qr" else TIMED_OUT


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')


def failed(status: int, message: Any) -> Reply:
    return Reply.json({"status": status, "error": REASONS[status], "response": {"message": message}}, status=status)
