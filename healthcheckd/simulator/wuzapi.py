"""WuzAPI's dialect: an admin's list with live flags and every user's token; users' own calls by that token."""

import base64
from typing import Any

import msgspec

from healthcheckd.simulator.exchange import Call, Deed, Reply, Stage, hook_key
from healthcheckd.simulator.pictures import code_to_type, qr_png
from healthcheckd.simulator.scripts import Answer, Live, State
from healthcheckd.simulator.session import Claim, Verb
from healthcheckd.simulator.wuzapi_webhook import body, done, events, failed, webhook

VERSION = "1.0.5"
TOKEN = "tok-"  # noqa: S105 - the beginning of what is made from a name
FLAGS = {State.WORKING: (True, True), State.STARTING: (False, True), State.PAIRING: (True, False)}
OLD_KEYS = {"connected": "Connected", "loggedIn": "LoggedIn"}


class Wuzapi:
    """A WuzAPI server. `old` is one of 2025: other capitals, no `/health`, and a status without an address."""

    def __init__(self, *, old: bool = False) -> None:
        self._old = old

    def answer(self, call: Call, stage: Stage) -> Reply:
        """The answer to one request; its verbs take effect here."""
        match call.method, call.segments:
            case "GET", ("health",) if not self._old:
                return _health(stage)
            case "GET", ("admin", "users"):
                return self._users(call, stage)
            case _, ("session" | "user", _) | ("webhook",):
                return self._own(call, stage)
            case _, ("session", "hmac", "config") if not self._old:
                return self._own(call, stage)
        return Reply(404, b"404 page not found\n", "text/plain; charset=utf-8")

    def deed(self, call: Call) -> Deed | None:
        """What a call is to change."""
        match call.method, call.segments:
            case "POST", ("session", ("connect" | "disconnect" | "logout") as verb):
                return Deed(_name(call.header("token")), verb)
            case "POST", ("webhook",):
                return Deed(_name(call.header("token")), "webhook")
        return None

    def broken(self) -> Reply:
        """Its answer when something failed inside."""
        return self._failed(500, "problem accessing DB")

    def _users(self, call: Call, stage: Stage) -> Reply:
        wanted = stage.api_key is not None and call.header("Authorization") != stage.api_key
        if wanted or stage.faults.wrong_key:
            return self._failed(401, "unauthorized")
        claims = [] if stage.faults.empty_list else stage.claims()
        rows = [self._row(number, claim, stage) for number, claim in enumerate(claims, 1)]
        garbled = {claim.name for claim in claims if claim.step.answer is Answer.GARBAGE}
        return done([row | {"connected": {"?": 1}} if row["name"] in garbled else row for row in rows])

    def _own(self, call: Call, stage: Stage) -> Reply:
        claim = stage.claim(_name(call.header("token")))
        if claim is None or stage.faults.wrong_key:
            return self._failed(401, "unauthorized")
        match call.method, call.segments:
            case "GET", ("session", "status"):
                return self._status(claim, stage).spoiled(claim, self.broken())
            case "GET", ("session", "qr"):
                return self._qr(claim)
            case "POST", ("session", "connect"):
                return self._connect(call, claim, stage)
            case "POST", ("session", "disconnect"):
                return self._disconnect(claim, stage)
            case "POST", ("session", "pairphone"):
                return self._pair(call, claim)
            case "POST", ("user", "check"):
                return self._check(call, claim)
        return webhook(call, claim, stage, old=self._old) or Reply(405)

    def _row(self, number: int, claim: Claim, stage: Stage) -> dict[str, Any]:
        connected, logged_in = _flags(claim)
        row = {
            "id": number if self._old else f"{number:032x}",
            "name": claim.name,
            "token": _token(claim.name),
            "webhook": stage.memory.get(hook_key(claim.name), ""),
            "jid": _jid(claim),
            "connected": connected,
            "loggedIn": logged_in,
            "expiration": 0,
            "events": events(claim.name, stage),
        }
        return row if self._old else row | {"qrcode": _picture(claim), "proxy_url": ""}

    def _status(self, claim: Claim, stage: Stage) -> Reply:
        connected, logged_in = _flags(claim)
        flags = {"connected": connected, "loggedIn": logged_in}
        if not self._old:
            row = self._row(1, claim, stage)
            return done({key: row[key] for key in ("id", "name", "jid", "qrcode", "events")} | flags)
        if claim.state is State.STOPPED:
            return self._failed(500, "no session")
        return done({OLD_KEYS[key]: value for key, value in flags.items()})

    def _connect(self, call: Call, claim: Claim, stage: Stage) -> Reply:
        try:
            wanted = msgspec.json.decode(call.body, type=dict[str, Any])
        except msgspec.DecodeError:
            return self._failed(400, "could not decode Payload")
        if claim.state is not State.STOPPED if self._old else _flags(claim)[0]:
            return self._failed(500, "already connected")
        if subscribed := wanted.get("Subscribe") or (["All"] if self._old else []):
            stage.memory[claim.name] = ",".join(subscribed)
        stage.players[claim.name].hear(Verb.RESTART, stage.now)
        now = {"webhook": "", "jid": _jid(claim), "events": events(claim.name, stage)}
        return done(now | {"details": "Connected!"})

    def _disconnect(self, claim: Claim, stage: Stage) -> Reply:
        if claim.state is State.STOPPED:
            return self._failed(500, "no session")
        if not _flags(claim)[0]:
            return self._failed(500, "cannot disconnect because it is not logged in")
        stage.players[claim.name].hear(Verb.STOP, stage.now)
        if self._old:
            stage.memory[claim.name] = ""
        return done({"Details": "Disconnected"})

    def _qr(self, claim: Claim) -> Reply:
        if not _flags(claim)[0]:
            return self._failed(500, "no session" if claim.state is State.STOPPED else "not connected")
        if claim.state is State.WORKING:
            return self._failed(500, "already logged in")
        return done({"QRCode": _picture(claim)})

    def _pair(self, call: Call, claim: Claim) -> Reply:
        phone = body(call).get("Phone")
        if not phone:
            return self._failed(400, "missing Phone in Payload")
        if claim.state is not State.PAIRING:
            return self._failed(500 if claim.state is not State.WORKING else 400, "already paired")
        return done({"LinkingCode": code_to_type(claim.qr, phone)})

    def _check(self, call: Call, claim: Claim) -> Reply:
        """Only WhatsApp can answer this."""
        if _flags(claim) != (True, True):
            return self._failed(500, "no session")
        asked = [
            {"Query": phone, "IsInWhatsapp": True, "JID": f"{phone}@s.whatsapp.net"} for phone in body(call)["Phone"]
        ]
        return done({"Users": asked})

    def _failed(self, status: int, words: str) -> Reply:
        return failed(status, words.capitalize() if self._old else words)


def _flags(claim: Claim) -> tuple[bool, bool]:
    """A dead connection keeps the flag of its login."""
    connected, logged_in = FLAGS.get(claim.state, (False, False))
    return connected and claim.step.live is Live.AS_CLAIMED, logged_in


def _jid(claim: Claim) -> str:
    return f"{claim.phone}:12@s.whatsapp.net" if claim.phone else ""


def _picture(claim: Claim) -> str:
    """The code on show, as it stands in the database too."""
    if claim.state is not State.PAIRING:
        return ""
    return "data:image/png;base64," + base64.b64encode(qr_png(claim.qr)).decode()


def _token(name: str) -> str:
    return TOKEN + name.encode().hex()


def _name(token: str) -> str:
    try:
        return bytes.fromhex(token.removeprefix(TOKEN)).decode()
    except ValueError:
        return ""


def _health(stage: Stage) -> Reply:
    flags = [_flags(claim) for claim in stage.claims()]
    body = {
        "status": "ok",
        "uptime": f"{stage.now:.0f}s",
        "active_connections": len(flags),
        "total_users": len(flags),
        "connected_users": sum(connected for connected, _ in flags),
        "logged_in_users": sum(logged_in for _, logged_in in flags),
        "version": VERSION,
    }
    return Reply.json(body)
