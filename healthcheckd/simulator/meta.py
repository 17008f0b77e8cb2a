"""The dialect of Meta's Cloud API: the Graph API, with numbers that nobody restarts."""

import base64
from collections.abc import Mapping
from typing import Any

from healthcheckd.simulator.exchange import Call, Deed, Reply, Stage
from healthcheckd.simulator.scripts import Answer, Live, Restriction, State
from healthcheckd.simulator.session import Claim

VERSION, ACCOUNT = "v25.0", "102290129340398"
HOME = f"/{VERSION}/{ACCOUNT}"
"""What its address has behind host and port."""

DEFAULTS = ("id", "display_phone_number", "verified_name", "quality_rating")
MOST_A_PAGE = 100

STATES = {
    State.WORKING: "CONNECTED",
    State.STARTING: "DISCONNECTED",
    State.FAILED: "DISCONNECTED",
    State.STOPPED: "OFFLINE",
    State.PAIRING: "PENDING",
}
LIVE = {Live.BANNED: "BANNED", Live.CONFLICT: "MIGRATED", Live.TIMEOUT: "OFFLINE", Live.UNPAIRED: "UNVERIFIED"}

CALLS_ONLY = {
    "error_code": 138024,
    "error_description": "SIP is not set up for this number.",
    "possible_solution": "Set up SIP if it is to take calls.",
}
NOT_MET = {
    "error_code": 141010,
    "error_description": "The number does not meet what messaging requires.",
    "possible_solution": "See WhatsApp Manager.",
}


class Meta:
    """The Graph API, as far as one WhatsApp Business Account goes. It has no verbs. `unknown` are fields that its
    version does not know."""

    def __init__(self, unknown: frozenset[str] = frozenset()) -> None:
        self._unknown = unknown

    def answer(self, call: Call, stage: Stage) -> Reply:
        """The answer to one question."""
        if _unauthorized(call, stage):
            return _error(401, 190, "Invalid OAuth access token - Cannot parse access token")
        asked = [name for name in call.query("fields").split(",") if name]
        if strange := self._unknown.intersection(asked):
            return _error(400, 100, f"(#100) Tried accessing nonexisting field ({min(strange)})")
        match call.method, call.segments:
            case "GET", (_, account, "phone_numbers") if account == ACCOUNT:
                return self._list(call, stage, asked)
            case "GET", (_, number):
                return self._single(stage.claim(number), number, asked)
        return _missing(call.segments[-1])

    def deed(self, call: Call) -> Deed | None:
        """None of what is asked changes anything; whatever else is sent would."""
        return Deed(call.segments[-1], call.method.lower()) if call.method != "GET" else None

    def broken(self) -> Reply:
        """Its answer when something failed inside."""
        return _error(500, 1, "An unknown error has occurred.")

    def _list(self, call: Call, stage: Stage, asked: list[str]) -> Reply:
        claims = [] if stage.faults.empty_list else stage.claims()
        start = _position(call.query("after"))
        end = start + min(int(call.query("limit") or 25), MOST_A_PAGE)
        body: dict[str, Any] = {"data": [_row(claim, asked) for claim in claims[start:end]]}
        if body["data"]:
            paging: dict[str, Any] = {"cursors": {"before": _cursor(start), "after": _cursor(end)}}
            if end < len(claims):
                key = stage.api_key or ""
                paging["next"] = (
                    f"https://graph.facebook.com{HOME}/phone_numbers?access_token={key}&after={_cursor(end)}"
                )
            body["paging"] = paging
        return Reply.json(body)

    def _single(self, claim: Claim | None, number: str, asked: list[str]) -> Reply:
        if claim is None:
            return _missing(number)
        return Reply.json(_shown(claim, asked)).spoiled(claim, self.broken())


def _row(claim: Claim, asked: list[str]) -> Mapping[str, Any]:
    if claim.step.answer is Answer.GARBAGE:
        return {"id": claim.name, "status": {"?": 1}}
    return _shown(claim, asked)


def _shown(claim: Claim, asked: list[str]) -> Mapping[str, Any]:
    """Only what was asked for; the id always."""
    full = {
        "id": claim.name,
        "display_phone_number": f"+{claim.phone[:2]} {claim.phone[2:]}" if claim.phone else "",
        "verified_name": claim.push_name,
        "quality_rating": "GREEN" if claim.state is State.WORKING else "UNKNOWN",
        "status": _status(claim),
        "throughput": {"level": "STANDARD"},
        "whatsapp_business_manager_messaging_limit": "TIER_10K",
        "health_status": _health(claim),
    }
    return {name: full[name] for name in {"id": True, **dict.fromkeys(asked or DEFAULTS)} if name in full}


def _status(claim: Claim) -> str:
    if claim.state is State.WORKING and claim.step.restriction is not None:
        return "CONNECTED" if claim.step.restriction.quota is None else "RATE_LIMITED"
    return LIVE.get(claim.step.live) or STATES[claim.state]


def _health(claim: Claim) -> Mapping[str, Any]:
    """The word for all is the worst of all, calls included: it is BLOCKED for numbers that write as they please."""
    number = {"entity_type": "PHONE_NUMBER", "id": claim.name, **_ability(claim)}
    others = [
        {"entity_type": kind, "id": number_of_it, "can_send_message": "AVAILABLE"}
        for kind, number_of_it in (("WABA", ACCOUNT), ("BUSINESS", "506914307656634"), ("APP", "634974688087057"))
    ]
    return {"can_send_message": "BLOCKED", "entities": [number, *others]}


def _ability(claim: Claim) -> Mapping[str, Any]:
    if claim.step.live is Live.SILENT or claim.state is not State.WORKING:
        return {"can_send_message": "BLOCKED", "errors": [NOT_MET]}
    if claim.step.restriction is not None:
        return {"can_send_message": "LIMITED", "additional_info": [_limitation(claim.step.restriction)]}
    return {"can_send_message": "AVAILABLE", "can_receive_call_sip": "BLOCKED", "errors": [CALLS_ONLY]}


def _limitation(restriction: Restriction) -> str:
    if restriction.quota is None:
        return "The display name has not been approved yet."
    return f"{restriction.quota[0]} of {restriction.quota[1]} conversations of the day are used."


def _cursor(position: int) -> str:
    return base64.urlsafe_b64encode(str(position).encode()).decode()


def _position(cursor: str) -> int:
    return int(base64.urlsafe_b64decode(cursor)) if cursor else 0


def _unauthorized(call: Call, stage: Stage) -> bool:
    given = call.header("Authorization")
    return stage.faults.wrong_key or (stage.api_key is not None and given != f"Bearer {stage.api_key}")


def _missing(name: str) -> Reply:
    words = f"Unsupported get request. Object with ID '{name}' does not exist"
    return _error(400, 100, words, subcode=33, kind="GraphMethodException")


def _error(status: int, code: int, words: str, *, subcode: int | None = None, kind: str = "OAuthException") -> Reply:
    error: dict[str, Any] = {"message": words, "type": kind, "code": code, "fbtrace_id": "AXfu0NKfYelIG2VlOmIfK3C"}
    if subcode is not None:
        error["error_subcode"] = subcode
    return Reply.json({"error": error}, status=status)
