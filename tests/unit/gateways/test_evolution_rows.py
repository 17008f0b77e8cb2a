"""Evolution's states, told apart by what memory and database say together."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from healthcheckd.domain.observations import Cause, Connection, Observation, Proof
from healthcheckd.gateways.evolution_metrics import states, version
from healthcheckd.gateways.evolution_rows import STATES, Instance, instances, observation

NOW = datetime(2026, 5, 4, tzinfo=UTC)
OWNER = "5511988887777@s.whatsapp.net"


def row(status: str | None = "close", code: int | None = None, owner: str | None = OWNER, **other: Any) -> Instance:
    return Instance(
        "shop", status, owner, "Shop", **{"integration": "WHATSAPP-BAILEYS"} | other, disconnection_reason_code=code
    )


def read(state: str | None, told: Instance | None) -> Observation:
    return observation("shop", state, told, NOW)


@pytest.mark.parametrize(
    ("code", "connection", "cause"),
    [
        (401, Connection.LOGGED_OUT, Cause.LOGGED_OUT),
        (402, Connection.FAILED, Cause.TEMPORARY_BAN),
        (403, Connection.FAILED, Cause.BANNED),
        (405, Connection.FAILED, Cause.OUTDATED_CLIENT),
        (406, Connection.FAILED, Cause.BANNED),
        (408, Connection.DISCONNECTED, Cause.NETWORK),
        (411, Connection.LOGGED_OUT, Cause.LOGGED_OUT),
        (428, Connection.DISCONNECTED, Cause.NETWORK),
        (429, Connection.DISCONNECTED, Cause.RATE_LIMITED),
        (440, Connection.DISCONNECTED, Cause.REPLACED),
        (503, Connection.DISCONNECTED, Cause.NETWORK),
        (515, Connection.DISCONNECTED, Cause.RESTART_REQUIRED),
        (500, Connection.DISCONNECTED, None),
        (599, Connection.DISCONNECTED, None),
        (None, Connection.DISCONNECTED, None),
    ],
)
def test_the_reason_of_a_final_close_decides(code: int | None, connection: Connection, cause: Cause | None) -> None:
    seen = read("close", row("close", code))
    assert (seen.connection, seen.cause, seen.self_healing) == (connection, cause, False)


@pytest.mark.parametrize("code", [401, 402, 406, 440])
@pytest.mark.parametrize(("state", "status"), [("close", "open"), ("open", "open"), ("connecting", "open")])
def test_the_reason_of_an_earlier_close_is_not_believed(code: int, state: str, status: str) -> None:
    assert read(state, row(status, code)).cause is None


def test_closed_while_the_database_says_open_is_its_own_retry() -> None:
    seen = read("close", row("open"))
    assert (seen.connection, seen.self_healing, seen.native) == (Connection.DISCONNECTED, True, "close, retrying")


def test_connecting_is_its_own_retry_until_a_code_is_drawn() -> None:
    seen = read("connecting", row("open"))
    assert (seen.connection, seen.self_healing, seen.phone) == (Connection.CONNECTING, True, "5511988887777")
    seen = read("connecting", row("connecting"))
    assert (seen.connection, seen.cause, seen.linked, seen.phone) == (
        Connection.NEEDS_PAIRING,
        Cause.NEEDS_PAIRING,
        False,
        None,
    )


@pytest.mark.parametrize("told", [row("connecting"), row("close", owner=None), row(None, owner=None)])
def test_closed_and_nobodys_waits_for_a_person(told: Instance) -> None:
    seen = read("close", told)
    assert (seen.connection, seen.cause, seen.linked) == (Connection.NEEDS_PAIRING, Cause.NEEDS_PAIRING, False)


def test_open_without_an_owner_is_not_believed() -> None:
    assert read("open", row("close", owner=None)).connection is Connection.NEEDS_PAIRING
    assert read("open", row("open", owner=None)).connection is Connection.CONNECTED


def test_a_database_that_lags_behind_does_not_close_what_is_open() -> None:
    seen = read("open", row("close", 401))
    assert (seen.connection, seen.phone, seen.linked) == (Connection.CONNECTED, "5511988887777", True)


def test_what_is_not_loaded_is_stopped() -> None:
    seen = read(None, row("open"))
    assert (seen.connection, seen.cause, seen.native) == (Connection.STOPPED, Cause.STOPPED, "not loaded")


@pytest.mark.parametrize("integration", ["WHATSAPP-BUSINESS", "EVOLUTION"])
def test_an_integration_that_is_always_open_proves_nothing(integration: str) -> None:
    seen = read("open", row("open", owner=None, integration=integration))
    assert (seen.connection, seen.proof) == (Connection.CONNECTED, Proof.UNSUPPORTED)


def test_open_with_an_unreadable_row_is_open_and_says_not_whose() -> None:
    seen = read("open", None)
    assert (seen.connection, seen.phone, seen.linked) == (Connection.CONNECTED, None, None)


def test_an_unknown_state_is_silence_with_the_word() -> None:
    assert read("hibernating", row()).silence == "unknown state 'hibernating'"


@pytest.mark.parametrize("owner", ["123456@lid", "@s.whatsapp.net", "status@broadcast"])
def test_what_is_no_number_is_no_phone(owner: str) -> None:
    assert row(owner=owner).phone is None


def test_every_state_of_the_table_can_be_read_and_nothing_else() -> None:
    told = {
        "open": row("open"),
        "open, nobody's": row("close", owner=None),
        "connecting, QR code on show": row("connecting"),
        "close, nobody's": row("close", owner=None),
        "close, retrying": row("open"),
    }
    for native in STATES:
        word, _, code = native.partition(" ")
        source = told.get(native, row("close", int(code) if code.isdigit() else None))
        state = None if native == "not loaded" else word.rstrip(",")
        assert read(state, source).native == native


def test_rows_are_read_each_for_itself() -> None:
    rows = b'[{"name":"a","connectionStatus":"open","token":"t"},{"name":"b","ownerJid":[]},{"name":""},{},7]'
    read_rows = dict(instances(msgspec.json.decode(rows, type=list[msgspec.Raw])))
    assert set(read_rows) == {"a", "b"}
    assert read_rows["a"] == Instance("a", "open")
    assert read_rows["b"] is None


METRICS = r"""# HELP evolution_environment_info Environment information
# TYPE evolution_environment_info gauge
evolution_environment_info{version="2.3.6",clientName="c",serverUrl="http://x"} 1
evolution_instances_total 3
evolution_instance_up{instance="a",integration="WHATSAPP-BAILEYS"} 1
evolution_instance_state{instance="a",integration="WHATSAPP-BAILEYS",state="open"} 1
evolution_instance_state{instance="b\"} 1\n\\",integration="",state="close"} 1
evolution_instance_state{instance="c",integration="",state="unknown"} 1
"""


def test_metrics_name_the_state_of_each_loaded_instance() -> None:
    assert states(METRICS) == {"a": "open", 'b"} 1\n\\': "close", "c": None}
    assert version(METRICS) == "2.3.6"


@pytest.mark.parametrize("text", ["", "<html>log in</html>", "process_cpu_seconds_total 1"])
def test_metrics_of_something_else_are_none(text: str) -> None:
    assert (states(text), version(text)) == ({}, "")
