"""The real daemon, told of a drop by its gateway."""

import hashlib
import hmac
import json
import re
import time

import aiohttp
import pytest

from healthcheckd.simulator import CATALOGUE, ScriptedSession
from tests.acceptance.machine import CHECK, Machine, until

pytestmark = pytest.mark.acceptance

SECRET = "a-secret-that-is-long-enough"


def unlinked(here: Machine, session: str) -> None:
    phone = here.gateway.claim(session).phone or ""
    here.gateway.replace(ScriptedSession(session, CATALOGUE["never-linked"], phone))


async def post(url: str, session: str, secret: str = SECRET) -> int:
    event = {"event": "session.status", "session": session, "timestamp": int(time.time() * 1000), "payload": {}}
    body = json.dumps(event).encode()
    headers = {"X-Webhook-Hmac": hmac.new(secret.encode(), body, hashlib.sha512).hexdigest()}
    async with aiohttp.ClientSession() as http, http.post(url, data=body, headers=headers) as response:
        return response.status


async def test_a_drop_that_is_posted_is_known_before_the_next_sweep(here: Machine) -> None:
    here.write(f'hook_secret = "{SECRET}"\n[hooks]\nlisten = "127.0.0.1:0"\n')
    daemon = await here.daemon()
    await until(lambda: here.rows("SELECT 1 FROM job_runs WHERE job = ? AND ended_at IS NOT NULL", CHECK), "a sweep")
    [(session,), *_] = here.rows("SELECT session FROM accounts WHERE health = 'Healthy'")
    url = re.findall(r"Gateways may post to (\S+)", daemon.log)[0]
    unlinked(here, session)
    assert await post(f"http://{url}/hooks/main", session, "another secret") == 401
    assert await post(f"http://{url}/hooks/main", session) == 204
    health = "SELECT 1 FROM accounts WHERE session = ? AND health = 'Warning'"
    await until(lambda: here.rows(health, session), "the account is in Warning", patience=1.5)
    assert here.rows("SELECT count(*) FROM job_runs WHERE job = ?", CHECK) == [(1,)]
    assert SECRET not in daemon.log
