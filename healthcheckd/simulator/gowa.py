"""GOWA's dialect: results in an envelope, 500 for whatever failed, and a list that tells less than two flags."""

import base64
from typing import Any
from urllib.parse import unquote

from healthcheckd.simulator.exchange import Call, Deed, Reply, Stage
from healthcheckd.simulator.pictures import code_to_type, qr_png
from healthcheckd.simulator.scripts import Answer, Live, State
from healthcheckd.simulator.session import Claim, Verb

VERSION = "v9.2.0"
SINGLE_VERSION = "v7.9.0"
SCAN_FOR = 30
"""Seconds a picture of a QR code can be had."""
FLAGS = {State.WORKING: (True, True), State.STARTING: (False, True)}


class Gowa:
    """A GOWA server; `single` is one from before version 8, with one device and no list of them."""

    def __init__(self, *, single: bool = False) -> None:
        self._single = single

    def answer(self, call: Call, stage: Stage) -> Reply:
        """The answer to one request; its verbs take effect here."""
        match call.segments:
            case ("health",):
                return Reply(200, b"OK", "text/plain; charset=utf-8")
            case ("statics", "qrcode", picture):
                return _picture(picture, stage)
        if _unauthorized(call, stage):
            return Reply(401, b"Unauthorized", "text/plain", headers={"WWW-Authenticate": 'Basic realm="Restricted"'})
        match call.segments:
            case ("app", "info"):
                version = SINGLE_VERSION if self._single else VERSION
                return _done("App info", {"version": version, "os": "GOWA", "base_path": ""})
            case ("devices", *rest) if not self._single:
                return self._below_devices(call, stage, rest)
            case ("app" | "user", *_):
                return self._chosen(call, stage)
        return _no_route(call)

    def deed(self, call: Call) -> Deed | None:
        """What a call is to change."""
        match call.method, call.segments:
            case "GET", ("app", "reconnect"):
                return Deed(unquote(call.header("X-Device-Id")), "reconnect")
            case "POST", ("devices", session, "reconnect"):
                return Deed(session, "reconnect")
        return None

    def broken(self) -> Reply:
        """Its answer when something failed inside."""
        return _failed("runtime error: invalid memory address or nil pointer dereference")

    def _below_devices(self, call: Call, stage: Stage, rest: list[str]) -> Reply:
        if not rest:
            claims = [] if stage.faults.empty_list else stage.claims()
            return _done("List devices", [_row(claim) for claim in claims] or None)
        claim = stage.claim(rest[0])
        if claim is None:
            return _failed(f"device {rest[0]} not found")
        match call.method, tuple(rest[1:]):
            case "GET", ():
                return _done("Device info", _row(claim)).spoiled(claim, self.broken())
            case "GET", ("status",):
                return _done("Device status", _flags(claim)).spoiled(claim, self.broken())
            case "GET", ("login",):
                return _login(claim, call)
            case "POST", ("login", "code"):
                return _login_with_code(claim, call)
            case "POST", ("reconnect",):
                return _reconnect(claim, stage)
        return _no_route(call)

    def _chosen(self, call: Call, stage: Stage) -> Reply:
        """Routes about the device that the header names; about the only one, where there is one."""
        name = unquote(call.header("X-Device-Id")) or call.query("device_id")
        claims = stage.claims()
        claim = claims[0] if claims and (self._single or (not name and len(claims) == 1)) else stage.claim(name)
        if claim is None:
            return _no_device(name)
        match call.method, call.segments:
            case "GET", ("app", "status"):
                return _done("Connection status retrieved", _flags(claim) | {"device_id": _jid(claim)})
            case "GET", ("app", "reconnect"):
                return _reconnect(claim, stage)
            case "GET", ("app", "login"):
                return _login(claim, call)
            case "GET", ("app", "login-with-code"):
                return _login_with_code(claim, call)
            case "GET", ("user", "check"):
                return _check(claim)
        return _no_route(call)


def _row(claim: Claim) -> dict[str, Any]:
    if claim.step.answer is Answer.GARBAGE:
        return {"id": claim.name, "state": 42, "jid": ["?"]}
    return {
        "id": claim.name,
        "display_name": claim.push_name if claim.phone else "",
        "state": _state(claim),
        "jid": _jid(claim),
        "created_at": "2026-01-01T00:00:00Z",
    }


def _state(claim: Claim) -> str:
    """The login is looked at first, and its flag outlives the connection."""
    if claim.state is State.PAIRING:
        return "connected"
    return "logged_in" if FLAGS.get(claim.state, (False, False))[1] else "disconnected"


def _flags(claim: Claim) -> dict[str, Any]:
    """Both false while unlinked, whatever is on show; a dead connection keeps the flag of its login."""
    connected, logged_in = FLAGS.get(claim.state, (False, False)) if claim.phone else (False, False)
    alive = claim.step.live is Live.AS_CLAIMED
    return {"device_id": claim.name, "is_connected": connected and alive, "is_logged_in": logged_in}


def _jid(claim: Claim) -> str:
    """A logout empties it, and so does a ban."""
    linked = claim.phone and claim.step.live is not Live.BANNED
    return f"{claim.phone}:12@s.whatsapp.net" if linked else ""


def _reconnect(claim: Claim, stage: Stage) -> Reply:
    if claim.phone is None:
        return _failed(f"device {claim.name} is not logged in (session deleted)")
    stage.players[claim.name].hear(Verb.RESTART, stage.now)
    return _done("Reconnect success", None)


def _login(claim: Claim, call: Call) -> Reply:
    if refusal := _refusal(claim):
        return refusal
    host = call.header("Host") or "127.0.0.1"
    link = f"http://{host}/statics/qrcode/scan-qr-{claim.name.encode().hex()}.png"
    return _done("Login success", {"device_id": claim.name, "qr_link": link, "qr_duration": SCAN_FOR})


def _login_with_code(claim: Claim, call: Call) -> Reply:
    if refusal := _refusal(claim):
        return refusal
    phone = call.query("phone")
    if not phone:
        return _error(400, "VALIDATION_ERROR", "phone_number: cannot be blank.")
    code = {"device_id": claim.name, "pair_code": code_to_type(claim.qr, phone)}
    return _done("Login with code started", code)


def _refusal(claim: Claim) -> Reply | None:
    if claim.state is State.WORKING:
        return _error(400, "ALREADY_LOGGED_IN", "you already logged in.")
    if claim.state is not State.PAIRING:
        return _error(500, "SESSION_SAVED_ERROR", "your session have been saved, please wait to connect 2 second")
    return None


def _check(claim: Claim) -> Reply:
    """Only WhatsApp can answer this."""
    if not _flags(claim)["is_connected"]:
        return _failed("failed to send usync query: websocket not connected")
    return _done("Success check user", {"is_on_whatsapp": True})


def _picture(name: str, stage: Stage) -> Reply:
    """Served to whoever knows the name."""
    hexed = name.removeprefix("scan-qr-").removesuffix(".png")
    shown = (claim for claim in stage.claims() if claim.qr and claim.name.encode().hex() == hexed)
    claim = next(shown, None)
    return Reply(200, qr_png(claim.qr), "image/png") if claim else Reply(404, b"Not Found", "text/plain")


def _unauthorized(call: Call, stage: Stage) -> bool:
    if stage.faults.wrong_key:
        return True
    pair = base64.b64encode((stage.api_key or "").encode()).decode()
    return stage.api_key is not None and call.header("Authorization") != f"Basic {pair}"


def _done(message: str, results: Any) -> Reply:
    return Reply.json({"status": 200, "code": "SUCCESS", "message": message, "results": results})


def _failed(message: str) -> Reply:
    return _error(500, "INTERNAL_SERVER_ERROR", message)


def _no_device(name: str) -> Reply:
    if not name:
        words = "device_id is required via X-Device-Id header or device_id query"
        return _error(400, "DEVICE_ID_REQUIRED", words)
    words = "device not found; create a device first from /api/devices or provide a valid X-Device-Id"
    return _error(404, "DEVICE_NOT_FOUND", words)


def _error(status: int, code: str, message: str) -> Reply:
    return Reply.json({"status": status, "code": code, "message": message, "results": None}, status=status)


def _no_route(call: Call) -> Reply:
    return Reply(404, f"Cannot {call.method} {call.target.partition('?')[0]}".encode(), "text/plain; charset=utf-8")
