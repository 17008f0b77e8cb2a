"""WAHA's words and shapes, one by one."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from healthcheckd.domain.observations import Cause, Connection, Observation
from healthcheckd.gateways.waha_rows import STATES, Detail, Row, examined, instant, observation, observations

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
ME = {"id": "5511988887777@c.us", "pushName": "Shop"}


def seen(status: str = "WORKING", **fields: Any) -> Observation:
    row = msgspec.json.encode({"name": "shop", "status": status} | fields)
    return observation(msgspec.json.decode(row, type=Row), NOW)


@pytest.mark.parametrize(
    ("status", "connection", "cause", "self_healing", "provisional"),
    [
        ("WORKING", Connection.CONNECTED, None, False, False),
        ("STARTING", Connection.CONNECTING, None, True, False),
        ("SCAN_QR_CODE", Connection.NEEDS_PAIRING, Cause.NEEDS_PAIRING, False, False),
        ("PASSKEY_REQUIRED", Connection.NEEDS_PAIRING, Cause.NEEDS_PAIRING, False, False),
        ("PASSKEY_CONFIRMATION_REQUIRED", Connection.NEEDS_PAIRING, Cause.NEEDS_PAIRING, False, False),
        ("FAILED", Connection.FAILED, None, True, True),
        ("STOPPED", Connection.STOPPED, Cause.STOPPED, False, False),
    ],
)
def test_every_word_of_waha_has_one_meaning(
    status: str, connection: Connection, cause: Cause | None, self_healing: bool, provisional: bool
) -> None:
    found = seen(status)
    assert (found.connection, found.cause) == (connection, cause)
    assert (found.self_healing, found.provisional) == (self_healing, provisional)
    assert (found.native, found.silence, found.at) == (status, "", NOW)


@pytest.mark.parametrize("status", ["working", "", "HIBERNATING", "WORKING ", "X" * 5_000, "A\x1b[2J\nB"])
def test_a_word_not_known_is_silence_and_never_down(status: str) -> None:
    found = seen(status)
    assert found.connection is Connection.UNKNOWN
    assert found.silence.startswith("unknown state")
    assert len(found.silence) < 70
    assert found.silence.isprintable()


@pytest.mark.parametrize("status", STATES)
def test_an_identity_shown_means_linked_whatever_the_state(status: str) -> None:
    assert seen(status, me=ME).linked is True


@pytest.mark.parametrize(
    ("status", "linked"),
    [
        ("SCAN_QR_CODE", False),
        ("PASSKEY_REQUIRED", False),
        ("STOPPED", None),
        ("STARTING", None),
        ("FAILED", None),
        ("WORKING", None),
    ],
)
def test_no_identity_means_unlinked_only_while_a_scan_is_asked_for(status: str, linked: bool | None) -> None:
    assert seen(status, me=None).linked is linked
    assert seen(status).linked is None


@pytest.mark.parametrize(
    ("jid", "phone"),
    [
        ("79111111111@c.us", "79111111111"),
        ("79111111111:12@s.whatsapp.net", "79111111111"),
        ("79111111111", "79111111111"),
        ("1234567890123@lid", None),
        ("", None),
        ("status@broadcast", None),
        ("٧٩١١@c.us", None),
    ],
)
def test_a_phone_is_what_its_id_says(jid: str, phone: str | None) -> None:
    assert seen(me={"id": jid, "pushName": None}).phone == phone


def test_fields_not_known_are_passed_over() -> None:
    fields: dict[str, Any] = {"presence": "online", "timestamps": {}, "assignedWorker": "w", "config": {"proxy": None}}
    assert seen(me=ME | {"lid": "1@lid"}, **fields).push_name == "Shop"


LATER, EARLIER = NOW + timedelta(days=2), NOW - timedelta(hours=1)


@pytest.mark.parametrize(
    ("identity", "until", "why"),
    [
        ({"reachoutTimelock": {"isActive": True, "timeEnforcementEnds": int(LATER.timestamp())}}, LATER, "lock"),
        ({"reachoutTimelock": {"isActive": True, "timeEnforcementEnds": LATER.timestamp() * 1000}}, LATER, "lock"),
        ({"reachoutTimelock": {"isActive": True, "timeEnforcementEnds": LATER.isoformat()}}, LATER, "lock"),
        ({"reachoutTimelock": {"isActive": True, "timeEnforcementEnds": None}}, None, "lock"),
        ({"reachoutTimelock": {"isActive": True, "timeEnforcementEnds": int(EARLIER.timestamp())}}, None, ""),
        ({"reachoutTimelock": {"isActive": False, "timeEnforcementEnds": int(LATER.timestamp())}}, None, ""),
        ({"messageCapping": {"cappingStatus": "CAPPED", "cycleEnd": int(LATER.timestamp())}}, LATER, "quota"),
        ({"messageCapping": {"cappingStatus": "SECOND_WARNING", "cycleEnd": 1}}, None, ""),
        ({"reachoutTimelock": "odd", "messageCapping": ["odd"]}, None, ""),
        ({"reachoutTimelock": None, "messageCapping": None}, None, ""),
    ],
)
def test_a_crippled_number_says_until_when_and_why(identity: dict[str, Any], until: datetime | None, why: str) -> None:
    found = seen(me=ME | identity)
    assert found.connection is Connection.CONNECTED
    assert found.restricted_until == until
    assert why in found.restricted_why
    assert bool(found.restricted_why) is bool(why)


@pytest.mark.parametrize("value", [None, 0, -5, 1e30, float("inf"), "soon", "", {}, [], "9" * 400])
def test_an_instant_that_is_none_is_none(value: Any) -> None:
    assert instant(value) is None


def test_instants_are_aware_whatever_their_form() -> None:
    assert instant("2026-05-04T12:00:00") == instant("2026-05-04T12:00:00Z") == instant(NOW.timestamp()) == NOW


def test_a_row_without_a_readable_name_is_left_out() -> None:
    rows = [msgspec.Raw(raw) for raw in (b"1", b"{}", b'{"name":5}', b'{"name":""}', b'{"name":"a","status":"FAILED"}')]
    assert [one.session for one in observations(rows, NOW)] == ["a"]


def test_evidence_is_asked_only_of_what_claims_to_work() -> None:
    for status in set(STATES) - {"WORKING"}:
        detail = msgspec.json.decode(
            msgspec.json.encode({"name": "shop", "status": status, "engine": {"engine": "WEBJS"}}), type=Detail
        )
        assert examined(detail, NOW, 0.1).proof is None
