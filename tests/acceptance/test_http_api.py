"""The user's own calls, by the real curl, to a real daemon over TCP."""

import asyncio
from datetime import timedelta

import pytest

from tests.acceptance.machine import CHECK, Machine, until
from tests.acceptance.web import SECRET, Site, site, token

pytestmark = pytest.mark.acceptance

JOBS = {"whatsapp-health-check", "daily-message-counter-reset", "inactive-client-cleanup"}


def bearer(sub: str = "abc-123") -> tuple[str, str]:
    return "-H", f"Authorization: Bearer {token(sub)}"


@pytest.fixture
async def api(here: Machine) -> Site:
    found = await site(here)
    await found.daemon.says("health check completed")
    return found


async def test_every_call_of_the_users_document_works_as_it_stands(api: Site) -> None:
    base = f"{api.url}/api/v1/cron"
    status = (await api.curl(*bearer(), f"{base}/status")).data
    assert status["success"] is True
    assert {job: told["running"] for job, told in status["data"].items()} == dict.fromkeys(JOBS, True)
    triggered = (await api.curl("-X", "POST", *bearer(), f"{base}/trigger/{CHECK}")).data
    assert (triggered["success"], triggered["message"]) == (True, f"Job {CHECK} triggered successfully")
    wanted = {"total": 2, "healthy": 2, "warning": 0, "critical": 0, "reconnected": 0, "notified": 0}
    assert triggered["data"].items() >= wanted.items()
    stats = (await api.curl(*bearer(), f"{base}/health-check/stats")).data
    row = {"healthStatus": "Healthy", "connectionStatus": "Connected", "_count": 2}
    assert stats == {"success": True, "data": [row]}
    for word, on in (("stop", False), ("start", True)):
        switched = (await api.curl("-X", "POST", *bearer(), f"{base}/{word}/{CHECK}")).data
        assert (switched["success"], switched["data"]["running"]) == (True, on)
        status = (await api.curl(*bearer(), f"{base}/status")).data
        assert status["data"][CHECK]["running"] is on


async def test_a_manual_trigger_is_logged_and_audited_under_the_name_in_the_token(api: Site) -> None:
    await api.curl("-X", "POST", *bearer(), f"{api.url}/api/v1/cron/trigger/{CHECK}")
    assert f"[INFO] Manual trigger requested for job: {CHECK} by user abc-123" in api.daemon.log
    assert api.here.rows("SELECT who, how, what FROM audit") == [("abc-123", "token", f"trigger {CHECK}")]


async def test_a_stranger_hears_nothing_but_whether_it_lives(api: Site) -> None:
    for path in ("livez", "readyz"):
        answer = await api.curl(f"{api.url}/{path}")
        assert answer.status == 200
        assert "version" not in " ".join(answer.headers) + answer.content.decode()
        assert answer.headers["server"] == "healthcheckd"
    for path in ("/api/v1/cron/status", "/api/v1/openapi.json", "/api/v1/nowhere", "/api/v1"):
        answer = await api.curl(f"{api.url}{path}")
        assert (answer.status, answer.headers["www-authenticate"]) == (401, 'Bearer realm="healthcheckd"')


async def test_a_refused_token_is_told_why_and_written_down_once_without_the_token(api: Site) -> None:
    old = token("ana", lasts=timedelta(seconds=-60))
    for _ in range(5):
        answer = await api.curl("-H", f"Authorization: Bearer {old}", f"{api.url}/api/v1/status")
    assert answer.status == 401
    assert 'error_description="the token has expired"' in answer.headers["www-authenticate"]
    rows = await until(lambda: api.here.rows("SELECT who, how, outcome FROM audit"), "it is in the trail")
    assert rows == [("127.0.0.1", "token", "refused: the token has expired")]
    assert "the token has expired" in api.daemon.log
    assert old not in api.daemon.log and old.rpartition(".")[2] not in api.daemon.log


async def test_a_token_for_something_else_is_forbidden(api: Site) -> None:
    answer = await api.curl("-H", f"Authorization: Bearer {token('bob', 'read')}", f"{api.url}/api/v1/status")
    assert (answer.status, answer.data["error"]["code"]) == (403, "forbidden")
    assert 'scope="system:manage"' in answer.headers["www-authenticate"]


async def test_whoever_guesses_is_locked_out_and_told_for_how_long(here: Machine) -> None:
    api = await site(here, 'bad_tokens = 3\nlockout = "1 minute"')
    wrong = ("-H", "Authorization: Bearer a.b.c", f"{api.url}/api/v1/status")
    assert [(await api.curl(*wrong)).status for _ in range(4)] == [401, 401, 401, 429]
    answer = await api.curl(*bearer(), f"{api.url}/api/v1/status")
    assert (answer.status, answer.data["error"]["code"]) == (429, "too_many")
    assert 0 < int(answer.headers["retry-after"]) <= 60
    assert (await api.curl(f"{api.url}/livez")).status == 200
    assert (await here.command("status")).process.returncode == 0


async def test_an_address_that_is_forwarded_counts_only_from_a_trusted_proxy(here: Machine) -> None:
    api = await site(here, 'bad_tokens = 2\ntrusted_proxies = ["127.0.0.0/8"]')
    url = f"{api.url}/api/v1/info"
    for _ in range(2):
        await api.curl("-H", "X-Forwarded-For: 198.51.100.9, 203.0.113.7", "-H", "Authorization: Bearer x", url)
    assert (await api.curl(*bearer(), "-H", "X-Forwarded-For: 203.0.113.7", url)).status == 429
    assert (await api.curl(*bearer(), "-H", "X-Forwarded-For: 203.0.113.7, 198.51.100.9", url)).status == 200


async def test_everything_moves_under_the_base_path(here: Machine) -> None:
    api = await site(here, base="/wa")
    assert (await api.curl(f"{api.url}/livez")).status == 200
    assert (await api.curl(*bearer(), f"{api.url}/api/v1/accounts/main/shop")).data["data"]["account"][
        "id"
    ] == "main/shop"
    told = (await api.curl(*bearer(), f"{api.url}/api/v1/openapi.json")).data
    assert told["servers"] == [{"url": "/wa"}]
    outside = api.url.removesuffix("/wa")
    assert [(await api.curl(f"{outside}{path}")).status for path in ("/livez", "/api/v1/status")] == [404, 404]


async def test_a_call_keeps_its_id_in_answer_and_log(api: Site) -> None:
    job = f"{api.url}/api/v1/cron/start/{CHECK}"
    answer = await api.curl("-X", "POST", *bearer(), "-H", "X-Request-Id: ticket-4711", job)
    assert answer.headers["x-request-id"] == "ticket-4711"
    assert f"POST /api/v1/cron/start/{CHECK} by user abc-123: 200 (ticket-4711)" in api.daemon.log
    answer = await api.curl(*bearer(), "-H", "X-Request-Id: [31m; DROP", f"{api.url}/api/v1/info")
    assert len(answer.headers["x-request-id"]) == 16


async def test_who_is_forgotten_is_not_in_the_log_of_calls(api: Site) -> None:
    one = f"{api.url}/api/v1/personal/accounts/main/rosas-own-session"
    profile = '{"id": "main/rosas-own-session", "name": "Rosa"}'
    assert (await api.curl(*bearer(), "-d", profile, f"{api.url}/api/v1/accounts")).status == 200
    before = len(api.daemon.log)
    assert (await api.curl("-X", "DELETE", *bearer(), one)).status == 200
    told = api.daemon.log[before:]
    assert "DELETE /api/v1/personal/accounts/{gateway}/{session} by user abc-123: 200" in told
    assert "rosas-own-session" not in told


async def test_more_than_is_taken_is_refused(here: Machine) -> None:
    api = await site(here, 'max_body = "1 kB"')
    (here.folder / "body").write_bytes(b"x" * 2000)
    body = ("--data-binary", f"@{here.folder}/body")
    url = f"{api.url}/api/v1/accounts/import"
    assert (await api.curl(*bearer(), *body, url)).status == 413
    assert (await api.curl(*body, url)).status == 401


async def test_without_jwt_there_is_nothing_else_until_a_reload_brings_it(here: Machine) -> None:
    api = await site(here, jwt=False)
    url = f"{api.url}/api/v1/info"
    assert [(await api.curl(f"{api.url}/livez")).status, (await api.curl(*bearer(), url)).status] == [200, 404]
    with here.config.open("a") as config:
        config.write(f'[jwt]\nalgorithm = "HS256"\nsecret = "{SECRET}"\n')
    assert (await here.command("reload")).process.returncode == 0
    assert (await api.curl(*bearer(), url)).status == 200


async def test_a_slow_head_and_a_slow_body_are_cut_off(here: Machine) -> None:
    api = await site(here, 'timeout = "1 second"')
    for sent in (
        b"GET /livez HTTP/1.1\r\nHost: x\r\n",
        b"POST /api/v1/hold HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nAuthorization: Bearer "
        + token().encode()
        + b"\r\n\r\n{",
    ):
        reader, writer = await asyncio.open_connection("127.0.0.1", api.port)
        writer.write(sent)
        answer = await asyncio.wait_for(reader.read(20), 8)
        assert answer in (b"", b"HTTP/1.1 408 Request")
        writer.close()
        await writer.wait_closed()


async def test_a_token_that_soon_expires_is_told_of(api: Site) -> None:
    for _ in range(2):
        soon = token("grafana", lasts=timedelta(days=3))
        await api.curl("-H", f"Authorization: Bearer {soon}", f"{api.url}/api/v1/info")
    assert api.daemon.log.count("the token of grafana expires in 2 days") == 1
    status = await api.here.command("status")
    assert "the token of grafana expires in 2 days" in status.log


async def test_a_token_is_issued_for_programs_and_says_what_it_is(api: Site) -> None:
    issued = await api.here.command("token", "issue", "--sub", "ci", "--for", "1h")
    assert issued.log.count(".") == 2 and issued.log.count("\n") == 1
    answer = await api.curl("-H", f"Authorization: Bearer {issued.log.strip()}", f"{api.url}/api/v1/info")
    assert answer.status == 200
    verified = await api.here.command("token", "verify", issued.log.strip())
    assert verified.process.returncode == 0
    assert verified.log.startswith("ci: system:manage, until 20")
    refused = await api.here.command("token", "verify", token(lasts=timedelta(seconds=-60)))
    assert (refused.process.returncode, refused.log.splitlines()[0]) == (1, "Error: the token has expired")
