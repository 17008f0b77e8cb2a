"""Meta is told nothing, none of its secrets gets out, and a check tells what it grants."""

import logging

import pytest

from healthcheckd.errors import GatewayFault
from healthcheckd.gateways.meta import MetaGateway
from healthcheckd.settings import Secret
from tests.contract.gateways.conftest import failing
from tests.contract.gateways.meta.conftest import NUMBER, Connect, list_at, listed, one_at, page, reached, refusal, row
from tests.contract.gateways.wire import Wire
from tests.contract.gateways.worlds import KEY, PHONE


async def test_a_check_tells_version_quality_limit_and_throughput(wire: Wire, meta: MetaGateway) -> None:
    told = {"whatsapp_business_manager_messaging_limit": "TIER_10K", "throughput": {"level": "STANDARD"}}
    wire.on("GET", list_at(), page(row("1", quality_rating="RED", **told), row("2", **told)))
    check = await meta.check()
    assert (check.version, check.sessions, check.key_ok, check.proof, check.push) == ("v25.0", 2, True, True, None)
    assert [word in " ".join(check.advice) for word in ("TIER_10K", "STANDARD of 2", "RED")] == [True] * 3


async def test_nothing_can_be_told_to_do_anything(wire: Wire, meta: MetaGateway) -> None:
    calls = (meta.reconnect(NUMBER), meta.stop(NUMBER), meta.begin_pairing(NUMBER, PHONE), meta.pairing(NUMBER))
    errors = [await failing(call) for call in calls]
    assert {error.fault for error in errors} == {GatewayFault.UNSUPPORTED}
    assert all("Manager" in error.hint or "healthcheck" in error.hint for error in errors)
    assert wire.asked == []


async def test_no_secret_gets_out(wire: Wire, connect: Connect, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    header = {"X-Tenant": Secret("header-token-53")}
    meta = connect(reached(wire, headers=header))
    quoting = f"token {KEY} header-token-53"
    blocked = {"entity_type": "WABA", "can_send_message": "BLOCKED", "errors": [{"error_description": quoting}]}
    limited = {"entity_type": "WABA", "can_send_message": "LIMITED", "additional_info": [quoting]}
    rows = [row(str(number), health_status={"entities": [one]}) for number, one in enumerate((blocked, limited))]
    wire.on("GET", list_at(), page(*rows, {"id": [KEY]}, {"id": "9", "status": [KEY]}, after="k", more=True))
    wire.on("GET", list_at("k"), page())
    wire.on("GET", one_at(), refusal(400, 131000, quoting, error_user_msg=quoting, fbtrace_id="trace-54"))
    told = [await listed(meta), await meta.check(), await meta.observe(NUMBER)]
    for code in (0, 3, 4):
        wire.on("GET", one_at(), refusal(400, code, quoting))
        error = await failing(meta.observe(NUMBER))
        told.append((str(error), error.hint, repr(error)))
    text = repr(told) + caplog.text + repr([vars(record) for record in caplog.records])
    assert "****" in text
    assert not [secret for secret in (KEY, "header-token-53", "trace-54", "elsewhere.example") if secret in text]
