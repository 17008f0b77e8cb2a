"""wwebjs-api's dialect: nearly everything is 200, every verb but one is a GET, and the list knows names only."""

from typing import Any

import msgspec

from healthcheckd.simulator.exchange import Call, Deed, Reply, Stage
from healthcheckd.simulator.pictures import code_to_type, qr_png
from healthcheckd.simulator.scripts import Live, State
from healthcheckd.simulator.session import SET_UP, Claim, Verb

ABSENT = {"success": False, "state": None, "message": "session_not_found"}
CLOSED = {"success": False, "state": None, "message": "session closed"}
HANGS_FOR = 181.0
"""Real seconds until the browser's own protocol gives a hung page up."""

STATES = {State.WORKING: "CONNECTED", State.STARTING: "OPENING", State.PAIRING: "UNPAIRED"}
LIVE = {
    Live.UNPAIRED: "UNPAIRED",
    Live.CONFLICT: "CONFLICT",
    Live.TIMEOUT: "TIMEOUT",
    Live.BANNED: "TOS_BLOCK",
}
VERBS = {"start": Verb.START, "restart": Verb.RESTART, "stop": Verb.STOP}
NAME_SIGNS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


class Wwebjs:
    """A wwebjs-api server."""

    def answer(self, call: Call, stage: Stage) -> Reply:
        """The answer to one request; its verbs take effect here."""
        if call.segments == ("ping",):
            return Reply.json({"success": True, "message": "pong"})
        if _unauthorized(call, stage):
            return _error(403, "Invalid API key")
        match call.method, call.segments:
            case "GET", ("session", "getSessions"):
                return _list(stage)
            case _, (("session" | "client"), _, name, *_) if not NAME_SIGNS.issuperset(name):
                return _error(422, "Session should be alphanumerical or -")
            case "GET", ("session", ("start" | "restart" | "stop") as verb, name):
                return self._verb(VERBS[verb], name, stage)
            case _, ("session" | "client", what, name, *rest):
                return self._about_session(call, stage, name, "/".join([what, *rest]))
        return _no_route(call)

    def deed(self, call: Call) -> Deed | None:
        """What a call is to change."""
        match call.method, call.segments:
            case "GET", ("session", ("start" | "restart" | "stop") as verb, session):
                return Deed(session, verb)
        return None

    def broken(self) -> Reply:
        """Its answer when something failed inside."""
        return _error(500, "Cannot read properties of undefined (reading 'getState')")

    def _about_session(self, call: Call, stage: Stage, name: str, what: str) -> Reply:
        claim = _in_memory(stage, name)
        match call.method, what:
            case "GET", "status":
                return self._status(claim)
            case "GET", "qr" | "qr/image":
                return _qr(claim, as_picture=what == "qr/image")
            case "GET", "getClassInfo":
                return _class_info(claim)
            case "POST", "requestPairingCode":
                return _code(call, claim)
        return _no_route(call)

    def _status(self, claim: Claim | None) -> Reply:
        if claim is None:
            return Reply.json(ABSENT)
        return _state(claim).spoiled(claim, self.broken())

    def _verb(self, verb: Verb, name: str, stage: Stage) -> Reply:
        claim = _in_memory(stage, name)
        if verb is Verb.START and claim is not None:
            return _error(422, f"Session already exists for: {name}")
        if verb is Verb.RESTART and claim is None:
            return Reply.json(ABSENT)
        if name in stage.players:
            stage.players[name].hear(verb, stage.now)
        return Reply.json({"success": True, "message": _done(verb)})


def _in_memory(stage: Stage, name: str) -> Claim | None:
    """What is known of a session: nothing while it is stopped or its browser is being started."""
    claim = stage.claim(name)
    if claim is None or claim.state is State.STOPPED or claim.step.label == SET_UP:
        return None
    return claim


def _list(stage: Stage) -> Reply:
    names = [] if stage.faults.empty_list else [name for name in stage.players if _in_memory(stage, name)]
    return Reply.json({"success": True, "result": names})


def _state(claim: Claim) -> Reply:
    if claim.state is State.FAILED and claim.step.live is Live.AS_CLAIMED:
        return Reply.json(CLOSED)
    if claim.step.live is Live.SILENT:
        late = {"success": False, "state": None, "message": "Runtime.callFunctionOn timed out."}
        return Reply.json(late, delay=HANGS_FOR)
    state = LIVE.get(claim.step.live) or STATES[claim.state]
    if state == "CONNECTED":
        return Reply.json({"success": True, "state": state, "message": "session_connected"})
    return Reply.json({"success": False, "state": state, "message": "session_not_connected"})


def _qr(claim: Claim | None, *, as_picture: bool) -> Reply:
    if claim is None:
        return Reply.json({"success": False, "message": "session_not_found"})
    if claim.state is not State.PAIRING:
        return Reply.json({"success": False, "message": "qr code not ready or already scanned"})
    return Reply(200, qr_png(claim.qr), "image/png") if as_picture else Reply.json({"success": True, "qr": claim.qr})


def _class_info(claim: Claim | None) -> Reply:
    if claim is None or claim.state is not State.WORKING or claim.phone is None:
        return _error(404, "session_not_found" if claim is None else "session_not_connected")
    wid = {"server": "c.us", "user": claim.phone, "_serialized": f"{claim.phone}@c.us"}
    info = {"wid": wid, "me": wid, "pushname": claim.push_name, "platform": "android"}
    return Reply.json({"success": True, "sessionInfo": info})


def _code(call: Call, claim: Claim | None) -> Reply:
    if claim is None:
        return Reply.json({"success": False, "message": "session_not_found"})
    try:
        phone = msgspec.json.decode(call.body, type=dict[str, Any]).get("phoneNumber")
    except msgspec.DecodeError:
        phone = None
    if not phone or claim.state is not State.PAIRING:
        return _error(500, "Evaluation failed: t")
    return Reply.json({"success": True, "result": code_to_type(claim.qr, phone).replace("-", "")})


def _done(verb: Verb) -> str:
    match verb:
        case Verb.START:
            return "Session initiated successfully"
        case Verb.RESTART:
            return "Restarted successfully"
    return "Session stopped successfully"


def _unauthorized(call: Call, stage: Stage) -> bool:
    return stage.faults.wrong_key or (stage.api_key is not None and call.header("x-api-key") != stage.api_key)


def _error(status: int, words: str) -> Reply:
    return Reply.json({"success": False, "error": words}, status=status)


def _no_route(call: Call) -> Reply:
    page = f"<!DOCTYPE html>\n<pre>Cannot {call.method} {call.target}</pre>\n"
    return Reply(404, page.encode(), "text/html; charset=utf-8")
