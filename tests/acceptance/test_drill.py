"""A drill on the real daemon: it reaches who would hear of an outage, and leaves nothing behind but its trail."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from healthcheckd.simulator import CATALOGUE, ScriptedSession
from tests.acceptance.machine import Machine, machine, until
from tests.contract.webhooks.receiver import Receiver, receiving

pytestmark = pytest.mark.acceptance

MORE = """
[[accounts]]
id = "main/shop"
name = "Shop"
owner_email = "owner@example.com"
language = "pt-BR"
[[webhooks]]
name = "crm"
url = "http://127.0.0.1:{port}/"
secret = "a-signing-secret"
"""
TABLES = ("transitions", "ledger", "incidents", "attempts", "notices", "deliveries", "channels", "message_counts")
STATE = "SELECT connection, health, cause, offline_since, incident, native, linked_phone FROM account_states"


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as made:
        yield made


@pytest.fixture
async def here(tmp_path: Path, receiver: Receiver) -> AsyncIterator[Machine]:
    """With an account that is well, and told so."""
    async with machine(tmp_path, [ScriptedSession("shop", CATALOGUE["steady"], "442079460400")]) as made:
        made.write(MORE.format(port=receiver.port))
        await made.daemon()
        told = "SELECT count(*) FROM deliveries WHERE state = 'sent'"
        await until(lambda: made.rows(told) == [(2,)], "its first events are told")
        receiver.taken.clear()
        yield made


def everything(here: Machine) -> dict[str, list[tuple[object, ...]]]:
    return {table: here.rows(f"SELECT * FROM {table}") for table in TABLES} | {"state": here.rows(STATE)}


async def test_it_reaches_everybody_marked_as_a_test_and_touches_nothing(here: Machine, receiver: Receiver) -> None:
    before, asked = everything(here), len(here.gateway.requests.verbs("shop"))
    done = await here.command("drill", "shop", "--yes")
    assert done.process.returncode == 0, done.log
    assert "All 3 accepted" in done.log
    assert {mail.recipient for mail in here.mail.mails} == {"ops@example.com", "owner@example.com"}
    assert [str(mail["Subject"]).partition(":")[0] for mail in here.mails()] == ["TEST", "TESTE"]
    bodies = [json.loads(taken.body) for taken in receiver.taken]
    assert [body["event"].removeprefix("whatsapp.") for body in bodies] == [
        "connection.disconnected",
        "health.warning",
        "health.critical",
    ]
    assert {body["test"] for body in bodies} == {True}
    assert everything(here) == before
    assert len(here.gateway.requests.verbs("shop")) == asked == 0
    assert "drill main/shop --kind offline" in (await here.command("audit")).log


async def test_it_says_whom_it_reaches_and_sends_nothing_unasked(here: Machine, receiver: Receiver) -> None:
    refused = await here.command("drill", "shop")
    assert refused.process.returncode == 1
    assert "owner@example.com" in refused.log
    assert "--yes" in refused.log
    looked = await here.command("drill", "shop", "--dry-run", "--json")
    assert {target["recipient"] for target in json.loads(looked.log)["targets"]} == {
        "ops@example.com",
        "owner@example.com",
        "crm",
    }
    assert not here.mail.mails
    assert receiver.taken == []


async def test_what_would_withhold_a_real_one_is_said(here: Machine) -> None:
    await here.command("mute", "shop", "--for", "2h")
    looked = await here.command("drill", "shop", "--dry-run")
    assert "the account is muted: of a real outage nobody would be told" in looked.log


async def test_what_did_not_arrive_is_said_and_is_no_incident(here: Machine, receiver: Receiver) -> None:
    receiver.status = 500
    before = everything(here)
    done = await here.command("drill", "shop", "--kind", "recovered", "--yes")
    assert done.process.returncode == 1
    assert "500 Internal Server Error" in done.log
    assert "1 way did not work, 2 did." in done.log
    assert everything(here) == before


async def test_its_result_is_for_programs_too(here: Machine) -> None:
    await here.command("drill", "shop", "--kind", "action_required", "--yes", "--json")
    done = await here.run(
        "--config", str(here.config), "drill", "shop", "--yes", "--json", env=here.clean, module="healthcheckd"
    )
    assert await done.ends() == 0
    result = json.loads(done.log[done.log.index("{\n") :])
    assert result == {"account": "main/shop", "kind": "offline", "accepted": 3, "failed": 0}


async def test_in_watch_mode_it_is_refused(here: Machine) -> None:
    here.config.write_text(here.config.read_text().replace("[daemon]\n", '[daemon]\nmode = "watch"\n'))
    await here.command("reload")
    done = await here.command("drill", "shop", "--yes")
    assert done.process.returncode == 1
    assert "watch mode" in done.log
    assert not here.mail.mails
