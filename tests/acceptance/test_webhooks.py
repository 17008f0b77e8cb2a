"""Webhooks on the real daemon: killed, refused, reloaded, and asked by hand."""

import asyncio
import json
import multiprocessing
import random
import signal
from collections import defaultdict
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from healthcheckd.simulator import CATALOGUE, ScriptedSession
from tests.acceptance.machine import Machine, machine, until
from tests.acceptance.test_killing import running
from tests.contract.webhooks.receiver import Receiver, receiving

pytestmark = pytest.mark.acceptance

KILLS = 6
SEED = 20260302
NAMES = ("shop", "bakery", "clinic")
SECRETS = ("planted-path-9d", "planted-login-9d", "planted-query-9d", "planted-secret-9d", "planted-header-9d")
WEBHOOK = """
[[webhooks]]
name = "crm"
url = "http://ops:planted-login-9d@127.0.0.1:{port}/planted-path-9d?key=planted-query-9d"
secret = "planted-secret-9d"
timeout = "1 second"
headers = {{ X-Key = "planted-header-9d" }}
"""
QUICK = '\n[notify]\nretry_base = "100 ms"\n'


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as made:
        yield made


@pytest.fixture
async def here(tmp_path: Path, receiver: Receiver) -> AsyncIterator[Machine]:
    cast = [ScriptedSession(name, CATALOGUE["steady"], f"44207946030{n}") for n, name in enumerate(NAMES)]
    async with machine(tmp_path, cast) as made:
        write(made, receiver)
        yield made


def write(here: Machine, receiver: Receiver, more: str = "") -> None:
    here.write(WEBHOOK.format(port=receiver.port) + more, cadence="every 1 second")
    text = here.config.read_text().replace("\n[notify]\n", QUICK)
    here.config.write_text(text)


def fall(here: Machine) -> None:
    for number, name in enumerate(NAMES):
        here.gateway.replace(ScriptedSession(name, CATALOGUE["logged-out"].after(0.01), f"44207946030{number}"))


def events(receiver: Receiver) -> list[str]:
    return [taken.headers["X-Healthcheckd-Event"] for taken in receiver.taken]


async def test_killed_while_the_receiver_fails_every_event_arrives_and_in_order(
    here: Machine, receiver: Receiver
) -> None:
    """Half of all posts are refused, or taken with the answer lost; the daemon is killed at random moments."""
    chance, taken = random.Random(SEED), list[tuple[str, str, bytes]]()

    async def moody(request: web.Request) -> web.Response:
        last, mood = receiver.taken[-1], chance.random()
        if mood < 0.3:
            return web.Response(status=503)
        taken.append((json.loads(last.body)["accountId"], last.headers["Idempotency-Key"], last.body))
        if mood < 0.5 and request.transport is not None:
            request.transport.abort()
        return web.Response()

    receiver.answer = moody
    nursery = multiprocessing.get_context("forkserver")
    nursery.set_forkserver_preload(["healthcheckd.daemon.main", "healthcheckd.daemon.starting"])
    for turn in range(1, KILLS + 1):
        with running(here, nursery):
            await here.manager.hears("READY=1", times=turn)
            if turn == 2:
                fall(here)
            await asyncio.sleep(chance.uniform(0.2, 0.9))
    with running(here, nursery):
        told = "SELECT count(*) FROM deliveries WHERE event = 'whatsapp.health.critical' AND state = 'sent'"
        await until(lambda: here.rows(told) == [(len(NAMES),)], "the last of each account is told", patience=30)

    rows = here.rows(
        "SELECT session, deliveries.key, state FROM deliveries JOIN accounts ON accounts.key = account ORDER BY id"
    )
    owed, arrived = defaultdict(list), defaultdict(list)
    for session, key, state in rows:
        assert state == "sent"
        owed[f"main/{session}"].append(key)
    for account, key, _ in taken:
        if key not in arrived[account][-1:]:
            arrived[account].append(key)
    assert arrived == owed, "each at least once, a repeat only right behind itself, nothing out of its turn"
    assert len({(key, body) for _, key, body in taken}) == len(rows), "the same event is the same bytes"
    assert len(taken) > len(rows), "nothing was ever repeated: this test proves nothing"


async def test_no_secret_of_a_webhook_shows(here: Machine, receiver: Receiver) -> None:
    receiver.status = 400
    receiver.text = f"no {receiver.url('/planted-path-9d?key=planted-query-9d')} {' '.join(SECRETS)}"
    daemon = await here.daemon()
    await daemon.says("is given up")
    said = [
        (await here.command(*words)).log
        for words in (
            ("webhooks", "list", "--json"),
            ("webhooks", "list"),
            ("webhooks", "test", "crm"),
            ("webhooks", "replay", "crm", "--dead", "--json"),
            ("config", "show"),
            ("config", "check"),
            ("audit",),
            ("status", "--json"),
        )
    ]
    kept = [file.read_bytes().decode("latin-1") for file in here.folder.glob("hc.db*")]
    assert receiver.taken
    assert all("crm" in text for text in said[:5])
    for text in (*said, *kept, daemon.log):
        assert [secret for secret in SECRETS if secret in text] == []


async def test_a_reload_brings_a_webhook_and_takes_one_away(here: Machine, receiver: Receiver) -> None:
    here.write(cadence="every 1 second")
    daemon = await here.daemon()
    await until(lambda: here.rows("SELECT 1 FROM accounts WHERE health = 'Healthy'"), "they are seen")
    write(here, receiver)
    assert "webhooks: 1 added" in (await here.command("reload")).log
    fall(here)
    await until(lambda: events(receiver).count("whatsapp.health.critical") == len(NAMES), "it is told")
    receiver.status = 503
    assert (await here.command("webhooks", "replay", "crm", "--since", "1h")).log.endswith("owed again to crm\n")
    here.write(cadence="every 1 second")
    assert "webhooks: 1 removed" in (await here.command("reload")).log
    left = "SELECT count(*) FROM deliveries WHERE state = 'owed'"
    await until(lambda: here.rows(left) == [(0,)], "nothing is owed to it")
    assert (await here.command("webhooks", "list")).log == "none\n"
    daemon.signal(signal.SIGTERM)
    assert await daemon.ends() == 0


async def test_in_watch_mode_nothing_is_posted(here: Machine, receiver: Receiver) -> None:
    text = here.config.read_text().replace("[daemon]\n", '[daemon]\nmode = "watch"\n')
    here.config.write_text(text)
    await here.daemon()
    await until(lambda: here.rows("SELECT 1 FROM deliveries"), "changes are recorded")
    await asyncio.sleep(1.5)
    assert receiver.taken == []


async def test_a_failing_webhook_is_told_to_the_operator_by_mail(here: Machine, receiver: Receiver) -> None:
    receiver.status = 500
    await here.daemon()
    await until(lambda: any("webhook:crm" in str(mail["Subject"]) for mail in here.mails()), "the operator hears of it")
    assert "CHANNEL webhook:crm fails: healthcheck webhooks list" in (await here.command("status")).log
    receiver.status = 204
    again = "Messages are sent by webhook:crm again"
    await until(lambda: any(again in str(mail["Subject"]) for mail in here.mails()), "and of its recovery")
