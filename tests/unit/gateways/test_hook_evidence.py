"""Which posts show that WhatsApp answered through the session, and at which instant: never that of their arrival."""

from datetime import UTC, datetime
from typing import Any

import pytest

from healthcheckd.gateways.hooking import instant
from healthcheckd.settings import KINDS
from tests.unit.gateways.test_hook_news import news

SECONDS = 1_741_249_702
THEN = datetime.fromtimestamp(SECONDS, UTC)
RFC3339 = "2025-03-06T08:28:22Z"


def waha(kind: str, **payload: Any) -> dict[str, Any]:
    return {"event": kind, "session": "shop", "timestamp": SECONDS * 1000, "payload": {"id": "A", **payload}}


def gowa(kind: str, **payload: Any) -> dict[str, Any]:
    return {"event": kind, "device_id": "shop", "payload": {"id": "A", "timestamp": RFC3339, **payload}}


def wuzapi(kind: str, event: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": kind, "instanceName": "shop", "event": event, **more}


def wppconnect(kind: str, **more: Any) -> dict[str, Any]:
    return {"event": kind, "session": "shop", "t": SECONDS, **more}


def wwebjs(kind: str, message: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"dataType": kind, "sessionId": "shop", "data": {"message": {"timestamp": SECONDS, **message}, **more}}


def evolution(kind: str, ours: bool) -> dict[str, Any]:
    key = {"id": "A", "fromMe": ours, "remoteJid": "1@s.whatsapp.net"}
    return {"event": kind, "instance": "shop", "data": {"key": key, "messageTimestamp": SECONDS}}


def meta(**value: Any) -> dict[str, Any]:
    told = {"metadata": {"phone_number_id": "shop"}, **value}
    return {"entry": [{"id": "4711", "changes": [{"field": "messages", "value": told}]}]}


EVIDENCE: dict[str, tuple[str, dict[str, Any]]] = {
    "waha, what came in": ("waha", waha("message", fromMe=False, timestamp=SECONDS)),
    "waha, what the phone sent": ("waha", waha("message.any", fromMe=True, source="app", timestamp=SECONDS)),
    "waha, a receipt": ("waha", waha("message.ack", fromMe=True, ack=1)),
    "gowa, what came in": ("gowa", gowa("message", is_from_me=False)),
    "gowa, a receipt": ("gowa", gowa("message.ack", ids=["A"], receipt_type="delivered")),
    "wuzapi, what came in": ("wuzapi", wuzapi("Message", {"Info": {"ID": "A", "Timestamp": RFC3339}})),
    "wuzapi, a receipt": (
        "wuzapi",
        wuzapi("ReadReceipt", {"MessageIDs": ["A"], "IsFromMe": False, "Timestamp": RFC3339}, state="Delivered"),
    ),
    "evolution, what came in": ("evolution", evolution("messages.upsert", ours=False)),
    "wppconnect, what came in": ("wppconnect", wppconnect("onmessage", id="false_1@c.us_A")),
    "wppconnect, a receipt": ("wppconnect", wppconnect("onack", id={"_serialized": "true_1@c.us_A"}, ack=1)),
    "wwebjs, what came in": ("wwebjs", wwebjs("message", {"id": {"_serialized": "false_1@c.us_A"}})),
    "wwebjs, a receipt": (
        "wwebjs",
        wwebjs("message_ack", {"id": {"fromMe": True, "_serialized": "true_1@c.us_A"}}, ack=2),
    ),
    "meta, what came in": ("meta", meta(messages=[{"id": "A", "timestamp": str(SECONDS)}])),
    "meta, a receipt": ("meta", meta(statuses=[{"id": "A", "status": "sent", "timestamp": str(SECONDS)}])),
}

NO_EVIDENCE: dict[str, tuple[str, dict[str, Any]]] = {
    "waha, what a program sent": ("waha", waha("message.any", fromMe=True, source="api", timestamp=SECONDS)),
    "waha, a failed one": ("waha", waha("message.ack", fromMe=True, ack=-1)),
    "waha, a pending one": ("waha", waha("message.ack", fromMe=True, ack=0)),
    "waha, a state that it claims": ("waha", waha("session.status", status="WORKING")),
    "gowa, what was sent": ("gowa", gowa("message", is_from_me=True)),
    "wuzapi, what was sent": (
        "wuzapi",
        wuzapi("Message", {"Info": {"ID": "A", "IsFromMe": True, "Timestamp": RFC3339}}),
    ),
    "wuzapi, a state that it claims": ("wuzapi", wuzapi("Connected", {})),
    "evolution, what a program sent": ("evolution", evolution("send.message", ours=True)),
    "evolution, a state that it claims": ("evolution", {"event": "connection.update", "instance": "shop", "data": {}}),
    "wppconnect, what was sent": ("wppconnect", wppconnect("onselfmessage", id="true_1@c.us_A", fromMe=True)),
    "wwebjs, what was sent": ("wwebjs", wwebjs("message_create", {"id": {"fromMe": True, "_serialized": "A"}})),
    "wwebjs, a pending one": ("wwebjs", wwebjs("message_ack", {"id": {"fromMe": True, "_serialized": "A"}}, ack=0)),
    "meta, a failed one": ("meta", meta(statuses=[{"id": "A", "status": "failed", "timestamp": str(SECONDS)}])),
}


@pytest.mark.parametrize(("kind", "event"), EVIDENCE.values(), ids=EVIDENCE)
def test_it_proves_life_at_its_own_instant(kind: str, event: dict[str, Any]) -> None:
    (told,) = news(kind, event)
    assert told.proved_at == THEN
    assert "shop" in told.names


@pytest.mark.parametrize(("kind", "event"), NO_EVIDENCE.values(), ids=NO_EVIDENCE)
def test_it_proves_nothing(kind: str, event: dict[str, Any]) -> None:
    assert [one.proved_at for one in news(kind, event) if one.proved_at] == []


def test_every_kind_has_evidence_and_what_is_none() -> None:
    assert {kind for kind, _ in EVIDENCE.values()} == {kind for kind, _ in NO_EVIDENCE.values()} == set(KINDS)


def test_a_receipt_that_is_counted_otherwise_is_no_message() -> None:
    for name in ("waha, a receipt", "wwebjs, a receipt"):
        (told,) = news(*EVIDENCE[name])
        assert (told.sent, told.received, told.message, told.changed) == (0, 0, "", False)


def test_a_story_proves_nothing_either() -> None:
    assert news("waha", waha("message", fromMe=False, timestamp=SECONDS, **{"from": "status@broadcast"})) == ()


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (SECONDS, THEN), (float(SECONDS), THEN), (str(SECONDS), THEN), (SECONDS * 1000, THEN), (RFC3339, THEN),
        ("2025-03-06T05:28:22-03:00", THEN), ("2025-03-06T08:28:22", None), ("yesterday", None), ("", None),
        (True, None), (None, None), ([], None), ({}, None), (1e300, None), (float("nan"), None), (-(10**17), None),
        ("9" * 400, None), ("٣", None),
    ],
)  # fmt: skip
def test_an_instant_is_a_number_or_a_text_with_its_offset(value: object, read: datetime | None) -> None:
    assert instant(value) == read
