"""What a number, an entity of its health and an error of Graph's come to."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from healthcheckd.domain.observations import Cause, Connection, Observation, Proof
from healthcheckd.gateways.meta_rows import STATES, Error, Number, observation, observations, refused, said, summary

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
AVAILABLE = {"entity_type": "WABA", "id": "2", "can_send_message": "AVAILABLE"}


def number(status: Any = "CONNECTED", *entities: dict[str, Any], **fields: Any) -> bytes:
    row = {"id": "1", "display_phone_number": "+1 631-555-5555", "verified_name": "Market", "status": status, **fields}
    if entities:
        row["health_status"] = {"can_send_message": "BLOCKED", "entities": entities}
    return msgspec.json.encode(row)


def seen(status: Any = "CONNECTED", *entities: dict[str, Any], **fields: Any) -> Observation:
    return observation(msgspec.json.decode(number(status, *entities, **fields), type=Number), NOW)


def entity(value: str, *codes: Any, kind: str = "PHONE_NUMBER", **more: Any) -> dict[str, Any]:
    errors = [{"error_code": code, "error_description": f"reason {code}", "possible_solution": "x"} for code in codes]
    return {"entity_type": kind, "id": "1", "can_send_message": value, **({"errors": errors} if errors else {}), **more}


@pytest.mark.parametrize(
    ("status", "connection", "cause", "linked"),
    [
        ("CONNECTED", Connection.CONNECTED, None, True),
        ("FLAGGED", Connection.CONNECTED, None, True),
        ("RATE_LIMITED", Connection.CONNECTED, None, True),
        ("RESTRICTED", Connection.CONNECTED, None, True),
        ("BANNED", Connection.FAILED, Cause.BANNED, True),
        ("DISCONNECTED", Connection.DISCONNECTED, None, True),
        ("OFFLINE", Connection.DISCONNECTED, None, True),
        ("DELETED", Connection.LOGGED_OUT, Cause.LOGGED_OUT, False),
        ("MIGRATED", Connection.LOGGED_OUT, Cause.LOGGED_OUT, False),
        ("PENDING", Connection.NEEDS_PAIRING, Cause.NEEDS_PAIRING, False),
        ("UNVERIFIED", Connection.NEEDS_PAIRING, Cause.NEEDS_PAIRING, False),
    ],
)
def test_every_status_has_its_meaning(status: str, connection: Connection, cause: Cause | None, linked: bool) -> None:
    one = seen(status)
    assert (one.connection, one.cause, one.linked, one.native) == (connection, cause, linked, status)
    assert one.phone == ("16315555555" if linked else None)
    assert bool(one.restricted_why) is (status in {"FLAGGED", "RATE_LIMITED", "RESTRICTED"})


def test_no_status_that_meta_lists_is_missing_from_the_table() -> None:
    listed = "PENDING DELETED MIGRATED BANNED RESTRICTED RATE_LIMITED FLAGGED CONNECTED DISCONNECTED UNVERIFIED OFFLINE"
    assert set(STATES) == set(listed.split())


@pytest.mark.parametrize("status", ["UNKNOWN", "HIBERNATING", "", None])
def test_a_status_that_says_nothing_is_silence(status: str | None) -> None:
    one = seen(status)
    assert (one.connection, one.found) == (Connection.UNKNOWN, True)
    assert one.silence


def test_its_own_word_and_every_entity_available_is_proof() -> None:
    entities = (entity("AVAILABLE"), AVAILABLE, entity("AVAILABLE", kind="BUSINESS"), entity("AVAILABLE", kind="APP"))
    assert seen("CONNECTED", *entities).proof is Proof.PROVED
    assert seen("FLAGGED", *entities).proof is None
    assert seen("CONNECTED").proof is None


@pytest.mark.parametrize("code", [138024, 138025])
def test_a_fault_of_calls_blocks_no_messages(code: int) -> None:
    as_documented = seen("CONNECTED", entity("AVAILABLE", code, can_receive_call_sip="BLOCKED"), AVAILABLE)
    assert (as_documented.connection, as_documented.proof) == (Connection.CONNECTED, Proof.PROVED)
    blocked = seen("CONNECTED", entity("BLOCKED", code), AVAILABLE)
    assert (blocked.connection, blocked.proof, blocked.restricted_why) == (Connection.CONNECTED, None, "")


@pytest.mark.parametrize("kind", ["PHONE_NUMBER", "WABA", "BUSINESS"])
def test_a_block_of_what_messages_pass_through_is_a_failure_with_its_reason(kind: str) -> None:
    one = seen("CONNECTED", AVAILABLE, entity("BLOCKED", 141010, kind=kind))
    assert (one.connection, one.cause, one.proof, one.linked) == (Connection.FAILED, None, None, True)
    assert (one.restricted_why, one.native) == ("reason 141010", "CONNECTED BLOCKED")
    assert seen("RESTRICTED", entity("BLOCKED", kind=kind)).restricted_why == f"{kind}: BLOCKED"


def test_a_block_of_one_template_or_of_an_unheard_of_entity_is_not_the_numbers() -> None:
    entities = (entity("AVAILABLE"), entity("BLOCKED", 141002, kind="MESSAGE_TEMPLATE"), entity("BLOCKED", kind="MOON"))
    assert seen("CONNECTED", *entities).proof is Proof.PROVED


@pytest.mark.parametrize(
    ("codes", "connection", "cause"),
    [
        ([131031], Connection.FAILED, Cause.BANNED),
        ([368], Connection.FAILED, Cause.BANNED),
        ([141010, 131031], Connection.FAILED, Cause.BANNED),
        ([133010], Connection.NEEDS_PAIRING, Cause.NEEDS_PAIRING),
        (["131031"], Connection.FAILED, Cause.BANNED),
        ([130429], Connection.CONNECTED, None),
        ([131048], Connection.CONNECTED, None),
        ([131042], Connection.CONNECTED, None),
        ([141006], Connection.CONNECTED, None),
        ([141006, 138024], Connection.CONNECTED, None),
        ([141006, 999], Connection.FAILED, None),
        ([131056], Connection.CONNECTED, None),
        ([141002], Connection.CONNECTED, None),
        ([None], Connection.FAILED, None),
    ],
)
def test_the_code_of_a_block_decides(codes: list[Any], connection: Connection, cause: Cause | None) -> None:
    one = seen("CONNECTED", entity("BLOCKED", *codes))
    assert (one.connection, one.cause, one.proof) == (connection, cause, None)


def test_of_several_blocks_the_one_that_says_why_is_told() -> None:
    one = seen("CONNECTED", entity("BLOCKED", 999, kind="WABA"), entity("BLOCKED", 131031))
    assert (one.cause, one.restricted_why) == (Cause.BANNED, "reason 131031")


def test_a_blocked_app_is_a_warning_since_others_may_send() -> None:
    one = seen("CONNECTED", AVAILABLE, entity("BLOCKED", 999, kind="APP"))
    assert (one.connection, one.restricted_why, one.proof) == (Connection.CONNECTED, "reason 999", None)


def test_limited_is_connected_with_metas_reason() -> None:
    name = "Your display name has not been approved yet."
    one = seen("CONNECTED", entity("LIMITED", additional_info=[name, None]), AVAILABLE)
    assert (one.connection, one.proof) == (Connection.CONNECTED, None)
    one = seen("FLAGGED", entity("LIMITED", additional_info=[name]), AVAILABLE, quality_rating="RED")
    assert one.restricted_why == f"flagged by Meta for its quality; its quality is low (RED); {name}"
    assert len(seen("CONNECTED", entity("LIMITED", additional_info=["x" * 900])).restricted_why) == 120


@pytest.mark.parametrize("status", ["BANNED", "DISCONNECTED", "PENDING", "DELETED"])
def test_health_takes_nothing_back_from_a_status_that_is_bad(status: str) -> None:
    assert seen(status, entity("AVAILABLE"), AVAILABLE).connection is STATES[status].connection
    assert seen(status, entity("BLOCKED", 141010)).connection is STATES[status].connection
    assert seen(status, entity("AVAILABLE")).proof is None


@pytest.mark.parametrize(
    "health",
    [None, {}, "?", [], {"entities": None}, {"entities": [7]}, {"entities": [{}]}, {"entities": [entity("PERHAPS")]}],
)
def test_a_health_that_cannot_be_read_proves_and_refutes_nothing(health: Any) -> None:
    one = seen("CONNECTED", health_status=health)
    assert (one.connection, one.proof, one.silence, one.restricted_why) == (Connection.CONNECTED, None, "", "")


def test_quality_limit_and_throughput_stand_beside_the_state() -> None:
    told = {"whatsapp_business_manager_messaging_limit": "TIER_10K", "throughput": {"level": "HIGH"}}
    assert seen(quality_rating="YELLOW", **told).native == "CONNECTED, quality YELLOW, limit TIER_10K, throughput HIGH"
    assert seen(quality_rating="YELLOW").restricted_why == ""
    for nothing in ("NA", "UNKNOWN", "", None, 7):
        assert seen(quality_rating=nothing, throughput={"level": "NOT_APPLICABLE"}).native == "CONNECTED"
    assert seen(throughput=["?"], whatsapp_business_manager_messaging_limit={"?": 1}).native == "CONNECTED"


def test_one_row_that_cannot_be_read_is_silent_alone_and_one_without_an_id_is_nobodys() -> None:
    rows = [number(), b'{"id":"2","status":{}}', b'{"status":"CONNECTED"}', b'{"id":""}', b"7", b'{"id":[1]}']
    found = observations(map(msgspec.Raw, rows), NOW)
    assert [(one.session, bool(one.silence)) for one in found] == [("1", False), ("2", True)]


@pytest.mark.parametrize(
    ("code", "connection", "cause"),
    [
        (131031, Connection.FAILED, Cause.BANNED),
        (368, Connection.FAILED, Cause.BANNED),
        (133010, Connection.NEEDS_PAIRING, Cause.NEEDS_PAIRING),
    ],
)
def test_an_error_may_say_what_became_of_a_number(code: int, connection: Connection, cause: Cause) -> None:
    one = refused("1", NOW, Error("locked", code), "why")
    assert (one.connection, one.cause, one.silence, one.native) == (connection, cause, "", f"error {code}")


@pytest.mark.parametrize("code", [None, 1, 130429, 131048, 131056])
def test_other_errors_are_silence(code: int | None) -> None:
    assert refused("1", NOW, Error("", code), "why").silence == "why"


def test_only_graphs_own_envelope_is_an_error() -> None:
    assert said(b'{"error":{"message":"m","code":190,"error_subcode":463,"fbtrace_id":"A"}}').code == 190
    for body in (b"", b"<html>", b"[]", b'{"error":"no"}', b'{"error":null}', b'{"error":{"code":{}}}', b"\xff"):
        assert said(body).code is None


def test_an_object_that_is_not_there_is_told_from_a_field_that_is_not_known() -> None:
    assert [Error("", 100, 33).is_missing, Error("", 803).is_missing, Error("", 33).is_missing] == [True] * 3
    assert not Error("", 100).is_missing


def test_what_all_numbers_share_is_said_once() -> None:
    told = {"whatsapp_business_manager_messaging_limit": "TIER_2K", "throughput": {"level": "STANDARD"}}
    rows = [number(quality_rating=quality, **told) for quality in ("GREEN", "RED")]
    limit, speed, quality = summary([*map(msgspec.Raw, rows), msgspec.Raw(b"7")])
    assert "TIER_2K" in limit and "portfolio" in limit
    assert "STANDARD of 2" in speed
    assert "+1 631-555-5555" in quality
    assert summary([msgspec.Raw(number())]) == ()
