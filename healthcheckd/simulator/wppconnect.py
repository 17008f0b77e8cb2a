"""WPPConnect's dialect: a secret in the path, a token for each session, 200 for nearly everything."""

import hashlib
from typing import Any

from healthcheckd.simulator.exchange import Call, Deed, Reply, Stage
from healthcheckd.simulator.scripts import Live, State
from healthcheckd.simulator.session import Claim, Player, Verb

VERSION = "2.10.4"
DEFAULT_SECRET = "THISISMYSECURETOKEN"  # noqa: S105 - as the software comes
STATUS = {State.WORKING: "CONNECTED", State.STARTING: "INITIALIZING", State.PAIRING: "QRCODE"}
DEAD_PAGE = frozenset({Live.UNPAIRED, Live.BANNED})
NO_CLIENT = {"response": None, "status": "Disconnected", "message": "A sessão do WhatsApp não está ativa."}
CLOSING_FAILED = {"status": False, "message": "Error closing session", "error": {"level": "error"}}
VERBS = ("start-session", "close-session")


class Wppconnect:
    """A WPPConnect server."""

    def deed(self, call: Call) -> Deed | None:
        """Making a token changes nothing."""
        match call.method, call.segments:
            case "POST", ("api", name, verb) if verb in VERBS:
                return Deed(name, verb)
        return None

    def answer(self, call: Call, stage: Stage) -> Reply:
        """The answer to one request; its verbs take effect here."""
        match call.method, call.segments:
            case "GET", ("healthz",):
                return Reply.json({"uptime": stage.now, "message": "OK", "timestamp": int(stage.epoch * 1000)})
            case "GET", ("api", secret, "show-all-sessions"):
                return _names(stage) if _opens(secret, stage) else _wrong("The token is incorrect")
            case "POST", ("api", name, secret, "generate-token"):
                return _made(name, stage) if _opens(secret, stage) else _wrong("The SECRET_KEY is incorrect")
            case _, ("api", name, route):
                return _about_session(call, stage, name, route)
        return _no_route(call)

    def broken(self) -> Reply:
        """Its answer when something failed inside."""
        return Reply.json({"status": "error", "message": "Internal server error"}, status=500)


def _about_session(call: Call, stage: Stage, name: str, route: str) -> Reply:
    """A token is good for its own session, even for one that never was: that is as closed as any other."""
    if stage.faults.wrong_key or call.header("Authorization") != f"Bearer {_token(name, stage)}":
        return Reply.json({"error": "Check that the Session and Token are correct"}, status=401)
    claim = stage.claim(name)
    match call.method, route:
        case "GET", "status-session":
            return _spoiled(claim, Reply.json(_status(claim)))
        case "GET", "check-connection-session":
            return _spoiled(claim, _check(claim))
        case "GET", "host-device":
            return _spoiled(claim, _device(claim))
        case "POST", "start-session":
            return _start(claim, stage)
        case "POST", "close-session":
            return _close(claim, stage)
    return _no_route(call)


def _status(claim: Claim | None) -> dict[str, Any]:
    """After a scan the old QR code stays in it. Nothing but a session with a client tells the version."""
    word = _word(claim)
    if claim is None or word == "CLOSED":
        return {"status": "CLOSED", "qrcode": None}
    shown: dict[str, Any] = {"status": word, "qrcode": None, "version": VERSION}
    if word == "QRCODE":
        shown |= {"qrcode": "data:image/png;base64,", "urlcode": claim.qr}
    elif word == "CONNECTED":
        shown |= {"qrcode": "data:image/png;base64,", "urlcode": "2@of-long-ago"}
    return shown


def _word(claim: Claim | None) -> str:
    """A browser that died leaves CONNECTED behind; an unscanned code, a logout and a ban leave CLOSED."""
    if claim is None:
        return "CLOSED"
    if claim.state is State.FAILED and _has_dead_browser(claim):
        return "CONNECTED"
    return STATUS.get(claim.state, "CLOSED")


def _has_dead_browser(claim: Claim) -> bool:
    linked = claim.phone is not None and claim.step.restart != "qr"
    return linked and claim.state is State.FAILED and claim.step.live is not Live.BANNED


def _check(claim: Claim | None) -> Reply:
    """Whether the page answers; that its socket is down it does not tell."""
    if claim is not None and claim.state is State.WORKING and claim.step.live is Live.TIMEOUT:
        return Reply(hangs=True)
    alive = claim is not None and claim.state is State.WORKING and claim.step.live not in DEAD_PAGE
    return Reply.json({"status": alive, "message": "Connected" if alive else "Disconnected"})


def _device(claim: Claim | None) -> Reply:
    if claim is None or claim.state is not State.WORKING or claim.step.live in DEAD_PAGE:
        return Reply.json(NO_CLIENT, status=404)
    if claim.step.live is Live.TIMEOUT:
        return Reply(hangs=True)
    if claim.step.live is not Live.AS_CLAIMED:
        message = "Erro ao recuperar dados do telefone"
        return Reply.json({"status": "error", "message": message, "error": {}}, status=500)
    device = {"pushname": claim.push_name, "platform": "android", "phoneNumber": f"{claim.phone}@c.us"}
    return Reply.json({"status": "success", "response": device, "mapper": "device"})


def _start(claim: Claim | None, stage: Stage) -> Reply:
    """Answers with the status before; does nothing unless that is CLOSED."""
    if claim is not None and _word(claim) == "CLOSED":
        verb = Verb.START if claim.state is State.STOPPED else Verb.RESTART
        stage.players[claim.name].hear(verb, stage.now)
    return Reply.json(_status(claim))


def _close(claim: Claim | None, stage: Stage) -> Reply:
    """500 where no client is up, and the status is CLOSED afterwards all the same."""
    up = claim is not None and claim.state in {State.WORKING, State.PAIRING}
    if claim is not None and claim.state is not State.STOPPED:
        player: Player = stage.players[claim.name]
        player.hear(Verb.STOP, stage.now)
    if not up:
        return Reply.json(CLOSING_FAILED, status=500)
    return Reply.json({"status": True, "message": "Session successfully closed"})


def _names(stage: Stage) -> Reply:
    return Reply.json({"response": [] if stage.faults.empty_list else [claim.name for claim in stage.claims()]})


def _made(name: str, stage: Stage) -> Reply:
    token = _token(name, stage)
    return Reply.json({"status": "success", "session": name, "token": token, "full": f"{name}:{token}"}, status=201)


def _token(name: str, stage: Stage) -> str:
    return "$2b$10$" + hashlib.sha256(f"{name}{stage.api_key or DEFAULT_SECRET}".encode()).hexdigest()[:53]


def _opens(secret: str, stage: Stage) -> bool:
    return not stage.faults.wrong_key and secret == (stage.api_key or DEFAULT_SECRET)


def _wrong(message: str) -> Reply:
    return Reply.json({"response": False, "message": message}, status=400)


def _spoiled(claim: Claim | None, reply: Reply) -> Reply:
    return reply if claim is None else reply.spoiled(claim, Wppconnect().broken())


def _no_route(call: Call) -> Reply:
    page = f"<!DOCTYPE html><html><body><pre>Cannot {call.method} {call.target}</pre></body></html>"
    return Reply(404, page.encode(), "text/html; charset=utf-8")
