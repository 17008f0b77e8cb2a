"""What each kind of gateway posts, in our words; the rest of it is none of our business."""

import json
from typing import Any

import pytest

from healthcheckd.gateways.hooks import HOOKS
from healthcheckd.ports.hooks import News, Understood
from healthcheckd.settings import KINDS
from tests.unit.gateways.test_hook_signatures import settings, signed

CHANGED = News(("shop",), changed=True)


def understood(kind: str, event: object) -> Understood:
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    return HOOKS[kind](settings(kind)).understand(signed(kind, body), body)


def news(kind: str, event: object) -> tuple[News, ...]:
    return understood(kind, event).news


def sent(message: str, *names: str) -> News:
    return News(names or ("shop",), sent=1, message=message)


def received(message: str, *names: str) -> News:
    return News(names or ("shop",), received=1, message=message)


class TestWaha:
    def event(self, kind: str, **payload: Any) -> dict[str, Any]:
        return {"id": "evt_1", "timestamp": 1741249702485, "event": kind, "session": "shop", "payload": payload}

    @pytest.mark.parametrize("status", ["FAILED", "WORKING", "A_NEW_WORD"])
    def test_any_status_is_a_hint(self, status: str) -> None:
        assert news("waha", self.event("session.status", status=status)) == (CHANGED,)

    def test_messages_are_told_by_who_wrote_them(self) -> None:
        ours = self.event("message.any", id="true_1@c.us_A", fromMe=True, to="1@c.us")
        theirs = self.event("message", id="false_1@c.us_B", fromMe=False)
        assert news("waha", ours) == (sent("true_1@c.us_A"),)
        assert news("waha", theirs) == (received("false_1@c.us_B"),)

    def test_its_own_id_and_instant_are_taken_from_what_is_signed(self) -> None:
        told = understood("waha", self.event("session.status"))
        assert told.id == "evt_1"
        assert told.at is not None
        assert told.at.isoformat() == "2025-03-06T08:28:22.485000+00:00"

    @pytest.mark.parametrize("timestamp", [None, True, "now", 1e300, float(10**18), [], -(10**17)])
    def test_an_odd_instant_is_none(self, timestamp: object) -> None:
        assert understood("waha", {**self.event("session.status"), "timestamp": timestamp}).at is None


class TestEvolution:
    def event(self, kind: str, data: object, **more: str) -> dict[str, Any]:
        return {"event": kind, "instance": "shop", "data": data, "apikey": "do-not-show-me", **more}

    @pytest.mark.parametrize("kind", ["connection.update", "CONNECTION_UPDATE", "status.instance", "logout.instance"])
    def test_a_change_of_state_is_a_hint(self, kind: str) -> None:
        assert news("evolution", self.event(kind, {"state": "close", "statusReason": 401})) == (CHANGED,)

    def test_messages_come_alone_or_in_lists(self) -> None:
        one = {"key": {"id": "A", "fromMe": True, "remoteJid": "1@s.whatsapp.net"}}
        other = {"key": {"id": "B", "fromMe": False, "remoteJid": "1@s.whatsapp.net"}}
        assert news("evolution", self.event("send.message", one)) == (sent("A"),)
        assert news("evolution", self.event("messages.upsert", [one, other])) == (sent("A"), received("B"))

    def test_the_key_that_comes_along_goes_nowhere(self) -> None:
        assert "do-not-show-me" not in repr(understood("evolution", self.event("connection.update", {})))

    def test_its_instant_is_not_believed(self) -> None:
        assert understood("evolution", self.event("connection.update", {}, date_time="2020-01-01T00:00:00Z")).at is None


class TestGowa:
    def event(self, kind: str, **payload: Any) -> dict[str, Any]:
        return {"event": kind, "device_id": "5511988887777:3@s.whatsapp.net", "payload": payload}

    def test_a_device_is_known_by_its_number(self) -> None:
        (told,) = news("gowa", self.event("message", id="A", is_from_me=False, chat_id="1@s.whatsapp.net"))
        assert (told.phone, told.received, told.message) == ("5511988887777", 1, "A")

    def test_what_was_sent_is_known_by_its_arrival_and_counted_no_more_when_it_is_read(self) -> None:
        arrival = self.event("message.ack", ids=["A", "B"], receipt_type="delivered")
        assert [(one.sent, one.message) for one in news("gowa", arrival)] == [(1, "A"), (1, "B")]
        assert news("gowa", self.event("message.ack", ids=["A"], receipt_type="read")) == ()


class TestWuzapi:
    @pytest.mark.parametrize("kind", ["Connected", "Disconnected", "LoggedOut", "StreamReplaced", "TemporaryBan"])
    def test_a_change_of_state_is_a_hint_for_its_name_or_its_id(self, kind: str) -> None:
        event = {"type": kind, "event": {}, "instanceName": "shop", "userID": "a1b2"}
        assert news("wuzapi", event) == (News(("shop", "a1b2"), changed=True),)

    def test_messages_and_arrivals_are_counted(self) -> None:
        who = {"instanceName": "shop", "userID": 7}
        message = {"type": "Message", "event": {"Info": {"ID": "A", "IsFromMe": True, "Chat": "1@g.us"}}, **who}
        receipt = {
            "type": "ReadReceipt",
            "state": "Delivered",
            "event": {"MessageIDs": ["B"], "IsFromMe": False},
            **who,
        }
        assert news("wuzapi", message) == (sent("A", "shop", "7"),)
        assert news("wuzapi", receipt) == (sent("B", "shop", "7"),)
        assert news("wuzapi", {**receipt, "state": "Read"}) == ()


class TestWppconnect:
    def event(self, kind: str, **more: Any) -> dict[str, Any]:
        return {"event": kind, "session": "shop", **more}

    @pytest.mark.parametrize("status", ["browserClose", "disconnectedMobile", "inChat"])
    def test_any_status_is_a_hint(self, status: str) -> None:
        assert news("wppconnect", self.event("status-find", status=status)) == (CHANGED,)

    def test_a_message_and_its_receipt_have_the_same_id(self) -> None:
        message = self.event("onselfmessage", id="true_1@c.us_A", fromMe=True, to="1@c.us")
        receipt = self.event("onack", id={"fromMe": True, "id": "A", "_serialized": "true_1@c.us_A"}, ack=1)
        assert news("wppconnect", message) == news("wppconnect", receipt) == (sent("true_1@c.us_A"),)
        assert news("wppconnect", {**receipt, "ack": 3}) == ()

    def test_a_receipt_for_what_came_in_is_nothing(self) -> None:
        assert news("wppconnect", self.event("onack", id={"_serialized": "false_1@c.us_A"}, ack=2)) == ()


class TestWwebjs:
    def event(self, kind: str, **data: Any) -> dict[str, Any]:
        return {"dataType": kind, "sessionId": "shop", "data": data}

    @pytest.mark.parametrize("kind", ["disconnected", "change_state", "ready", "status", "qr"])
    def test_a_change_of_state_is_a_hint(self, kind: str) -> None:
        assert news("wwebjs", self.event(kind, reason="LOGOUT")) == (CHANGED,)

    def test_messages_are_told_by_who_wrote_them(self) -> None:
        ours = {"id": {"fromMe": True, "_serialized": "true_1@c.us_A"}, "fromMe": True, "to": "1@c.us"}
        theirs = {"id": {"fromMe": False, "_serialized": "false_1@c.us_B"}, "fromMe": False, "from": "1@c.us"}
        assert news("wwebjs", self.event("message_create", message=ours)) == (sent("true_1@c.us_A"),)
        assert news("wwebjs", self.event("message", message=theirs)) == (received("false_1@c.us_B"),)


class TestMeta:
    def event(self, field: str, value: object, account: str = "4711") -> dict[str, Any]:
        changes = [{"field": field, "value": value}]
        return {"object": "whatsapp_business_account", "entry": [{"id": account, "changes": changes}]}

    def test_a_message_is_sent_once_whatever_becomes_of_it(self) -> None:
        statuses = [{"id": "A", "status": word} for word in ("sent", "delivered", "read", "failed")]
        value = {"metadata": {"phone_number_id": "shop"}, "statuses": statuses, "messages": [{"id": "B"}]}
        assert set(news("meta", self.event("messages", value))) == {sent("A"), received("B")}

    def test_what_concerns_one_number_is_a_hint_for_it(self) -> None:
        value = {"display_phone_number": "+1 631-555-5555", "event": "FLAGGED"}
        assert news("meta", self.event("phone_number_quality_update", value)) == (
            News(phone="16315555555", changed=True),
        )

    def test_what_concerns_the_account_is_a_hint_for_all(self) -> None:
        (told,) = news("meta", self.event("account_update", {"event": "DISABLED_UPDATE"}))
        assert told.of_all
        assert told.changed

    def test_another_account_of_the_same_app_is_a_stranger(self) -> None:
        assert news("meta", self.event("account_update", {}, account="1")) == ()


STORY = {
    "waha": {"event": "message", "session": "shop", "payload": {"id": "A", "from": "status@broadcast"}},
    "evolution": {
        "event": "messages.upsert",
        "instance": "shop",
        "data": {"key": {"id": "A", "remoteJid": "status@broadcast"}},
    },
    "gowa": {"event": "message", "device_id": "shop", "payload": {"id": "A", "chat_id": "status@broadcast"}},
    "wuzapi": {"type": "Message", "userID": "shop", "event": {"Info": {"ID": "A", "Chat": "status@broadcast"}}},
    "wppconnect": {"event": "onmessage", "session": "shop", "id": "A", "from": "status@broadcast"},
    "wwebjs": {
        "dataType": "message",
        "sessionId": "shop",
        "data": {"message": {"id": "A", "from": "status@broadcast"}},
    },
}


@pytest.mark.parametrize("kind", STORY)
def test_a_story_is_no_message(kind: str) -> None:
    assert news(kind, STORY[kind]) == ()
    told = json.dumps(STORY[kind]).replace("status@broadcast", "1@c.us").encode()
    assert len(news(kind, told)) == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "body",
    [
        b"", b"not json", b"\xff\xfe", b"null", b"7", b'"text"', b"[]", b"[" * 100_000, b'{"event":{}}',
        b'{"event":"session.status"}', b'{"event":"message","payload":[],"session":"shop"}',
        b'{"event":"message","payload":{"id":{}},"session":{}}', b'{"type":"Message","event":7}',
        b'{"event":["connection.update"],"instance":7.5}', b'{"dataType":"message","data":"x","sessionId":"shop"}',
        b'{"event":"messages.upsert","instance":"shop","data":[7,null,{"key":7}]}',
        b'{"entry":[7,{"id":"4711","changes":[7,{"field":"messages","value":{"statuses":7,"messages":[7]}}]}]}',
        b'{"event":"a.new.event","session":"shop"}', b'{"type":{},"dataType":[],"event":{},"ack":[],"session":"shop"}',
        b'{"entry":[{"id":"4711","changes":[{"field":{},"value":{"statuses":[{"status":[]}]}}]}]}',
    ],
)  # fmt: skip
def test_what_is_signed_and_not_understood_tells_nothing(kind: str, body: bytes) -> None:
    assert news(kind, body) == ()
