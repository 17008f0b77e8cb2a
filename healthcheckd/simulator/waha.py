"""WAHA's dialect: routes, status codes and error bodies."""

import base64
from collections.abc import Callable
from typing import Any

import msgspec

from healthcheckd.simulator import waha_shapes as shapes
from healthcheckd.simulator.exchange import Call, Deed, Reply, Stage
from healthcheckd.simulator.pictures import code_to_type, qr_png
from healthcheckd.simulator.scripts import Live, State
from healthcheckd.simulator.session import Claim, Verb

PLUS_ONLY = "The feature is available only in Plus version. Check this out: https://waha.devlike.pro/"
WRONG_STATE = "Session status is not as expected. Try again later or restart the session"
REASONS = {400: "Bad Request", 404: "Not Found", 422: "Unprocessable Entity"}


class Waha:
    """A WAHA server of one build."""

    def __init__(self, build: shapes.Build) -> None:
        self._build = build

    def answer(self, call: Call, stage: Stage) -> Reply:
        """The answer to one request; its verbs take effect here."""
        if _unauthorized(call, stage):
            return Reply.json({"message": "Unauthorized", "statusCode": 401}, status=401)
        match call.method, call.segments:
            case "GET", ("ping" | "health",) | ("api", "version") | ("api", "server", _):
                return self._about_itself(call, stage)
            case "GET", ("api", "sessions"):
                return self._list(call, stage)
            case _, ("api", "sessions", name, *rest):
                return self._about_session(call, stage, name, rest)
            case _, ("api", name, "auth", what):
                return self._pairing(call, stage, name, what)
        return _no_route(call)

    def deed(self, call: Call) -> Deed | None:
        """What a call is to change."""
        match call.method, call.segments:
            case "POST", ("api", "sessions", session, verb):
                return Deed(session, verb)
        return None

    def broken(self) -> Reply:
        """Its answer when something failed inside."""
        return Reply.json({"statusCode": 500, "message": "Internal server error"}, status=500)

    def _about_itself(self, call: Call, stage: Stage) -> Reply:
        match call.segments:
            case ("ping",):
                return Reply.json({"message": "pong"})
            case ("health",):
                return self._health()
            case ("api", "version") | ("api", "server", "version"):
                return Reply.json(shapes.server_version(self._build))
            case ("api", "server", "status"):
                return Reply.json(_uptime(stage))
        return _no_route(call)

    def _health(self) -> Reply:
        if not self._build.modern:
            return _error(422, PLUS_ONLY)
        return Reply.json({"status": "ok", "info": {}, "error": {}, "details": {}})

    def _list(self, call: Call, stage: Stage) -> Reply:
        every = call.query("all").lower() == "true"
        claims = [] if stage.faults.empty_list else stage.claims()
        shown = [claim for claim in claims if every or claim.state is not State.STOPPED]
        return Reply.json([shapes.row(claim, stage, self._build) for claim in shown])

    def _about_session(self, call: Call, stage: Stage, name: str, rest: list[str]) -> Reply:
        claim = stage.claim(name)
        if call.method == "POST" and len(rest) == 1 and rest[0] in set(Verb):
            return self._verb(Verb(rest[0]), claim, stage) if claim else _error(404, "Session not found")
        read = self._readings().get("/".join(rest)) if call.method == "GET" else None
        if read is None:
            return _no_route(call)
        return read(claim, stage).spoiled(claim, self.broken()) if claim else _error(404, "Session not found")

    def _readings(self) -> dict[str, Callable[[Claim, Stage], Reply]]:
        reached = {"timelock": self._timelock, "capping": self._capping} if self._build.modern else {}
        return {"": self._detail, "me": self._me, **reached}

    def _detail(self, claim: Claim, stage: Stage) -> Reply:
        return Reply.json(shapes.detail(claim, stage, self._build))

    def _me(self, claim: Claim, stage: Stage) -> Reply:
        if claim.state is State.STOPPED:
            return _not_running(claim.name)
        identity = shapes.me(claim, stage, self._build)
        return Reply.json(identity) if identity else Reply()

    def _timelock(self, claim: Claim, stage: Stage) -> Reply:
        return self._from_whatsapp(claim, shapes.timelock(claim, stage))

    def _capping(self, claim: Claim, stage: Stage) -> Reply:
        return self._from_whatsapp(claim, shapes.capping(claim, stage))

    def _from_whatsapp(self, claim: Claim, value: dict[str, Any]) -> Reply:
        """A call that WhatsApp itself must answer: a client that only claims to be connected cannot."""
        if claim.state is not State.WORKING:
            return self._wrong_state(claim, "WORKING")
        return Reply.json(value) if claim.step.live is Live.AS_CLAIMED else self.broken()

    def _verb(self, verb: Verb, claim: Claim, stage: Stage) -> Reply:
        running = claim.state is not State.STOPPED
        if verb is Verb.START and running:
            return _error(422, f"Session '{claim.name}' is already started.")
        player = stage.players[claim.name]
        player.hear(verb, stage.now)
        after = shapes.detail(player.claim(stage.now), stage, self._build)
        return Reply.json(after, status=201, delay=self._build.verb_seconds if running else 0.0)

    def _pairing(self, call: Call, stage: Stage, name: str, what: str) -> Reply:
        if (call.method, what) not in {("GET", "qr"), ("POST", "request-code")}:
            return _no_route(call)
        claim = stage.claim(name)
        if claim is None or claim.state is State.STOPPED:
            return _not_running(name)
        if claim.state is not State.PAIRING:
            return self._wrong_state(claim, "SCAN_QR_CODE")
        return _qr(call, claim) if what == "qr" else _code(call, claim)

    def _wrong_state(self, claim: Claim, expected: str) -> Reply:
        status = shapes.STATUS[claim.state]
        body = {"error": WRONG_STATE, "session": claim.name, "status": status, "expected": [expected]}
        return Reply.json(body, status=422, delay=self._build.patience)


def _unauthorized(call: Call, stage: Stage) -> bool:
    return stage.faults.wrong_key or (stage.api_key is not None and call.header("X-Api-Key") != stage.api_key)


def _uptime(stage: Stage) -> dict[str, Any]:
    return {"startTimestamp": int(stage.epoch * 1000), "uptime": int(stage.now * 1000), "worker": {"id": ""}}


def _qr(call: Call, claim: Claim) -> Reply:
    if call.query("format") == "raw":
        return Reply.json({"value": claim.qr})
    if "application/json" in call.headers.get("Accept", ""):
        return Reply.json({"mimetype": "image/png", "data": base64.b64encode(qr_png(claim.qr)).decode()})
    return Reply(200, qr_png(claim.qr), "image/png")


def _code(call: Call, claim: Claim) -> Reply:
    try:
        phone = msgspec.json.decode(call.body, type=dict[str, str]).get("phoneNumber")
    except msgspec.DecodeError:
        phone = None
    if not phone:
        return _error(400, "phoneNumber must be a string")
    return Reply.json({"code": code_to_type(claim.qr, phone)}, status=201)


def _not_running(name: str) -> Reply:
    start = f"Please start it first by using POST /api/sessions/{name}/start request"
    return _error(404, f"We didn't find a session with name '{name}'.\n{start}")


def _no_route(call: Call) -> Reply:
    return _error(404, f"Cannot {call.method} {call.target}")


def _error(status: int, message: str) -> Reply:
    return Reply.json({"statusCode": status, "message": message, "error": REASONS[status]}, status=status)
