"""The one form of every answer, as the bytes say it."""

import asyncio
import json
import logging
import re
import socket
from pathlib import Path
from typing import Any

import pytest

from healthcheckd import __version__
from healthcheckd.api import app as app_module
from healthcheckd.api.app import Surface, create_app
from healthcheckd.api.client import ControlClient
from healthcheckd.api.routes import ROUTES
from healthcheckd.api.serving import serving
from healthcheckd.errors import (
    ConfigurationError,
    DeliveryError,
    DeliveryScope,
    Fault,
    Forbidden,
    GatewayError,
    GatewayFault,
    HealthcheckError,
    Refused,
    StoreError,
    UnknownName,
    UsageError,
)
from tests.contract.api.conftest import Ask
from tests.contract.api.fakes import READER, STRANGER, FakeDaemon, KnownCaller, StillClock


def spoken(path: Path, request: str, body: bytes = b"") -> tuple[int, dict[str, str], dict[str, Any]]:
    """Speak HTTP by hand: status, headers in lower case, and the JSON."""
    with socket.socket(socket.AF_UNIX) as wire:
        wire.settimeout(10)
        wire.connect(str(path))
        head = f"{request} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
        wire.sendall(head.encode("latin-1") + body)
        answer = b"".join(iter(lambda: wire.recv(65536), b""))
    head_, _, content = answer.partition(b"\r\n\r\n")
    first, *lines = head_.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return int(first.split()[1]), headers, json.loads(content)


@pytest.fixture
def speak(client: ControlClient) -> Ask:
    async def asked(request: str, body: bytes = b"") -> Any:
        return await asyncio.to_thread(spoken, client.path, request, body)

    return asked


class TestTheDocumentedAnswers:
    """What the users' programs read since before; more may stand beside it, nothing less."""

    async def test_the_status_of_the_jobs(self, speak: Ask) -> None:
        status, _, envelope = await speak("GET /api/v1/cron/status")
        assert (status, envelope["success"]) == (200, True)
        assert {job: {"running": told["running"]} for job, told in envelope["data"].items()} == {
            "whatsapp-health-check": {"running": True},
            "daily-message-counter-reset": {"running": True},
            "inactive-client-cleanup": {"running": True},
        }

    async def test_a_trigger(self, speak: Ask) -> None:
        _, _, envelope = await speak("POST /api/v1/cron/trigger/whatsapp-health-check")
        del envelope["run"]
        assert envelope == {
            "success": True,
            "message": "Job whatsapp-health-check triggered successfully",
            "data": {"total": 5, "healthy": 3, "warning": 1, "critical": 1, "reconnected": 1, "notified": 1},
        }

    async def test_the_statistics(self, speak: Ask) -> None:
        _, _, envelope = await speak("GET /api/v1/cron/health-check/stats")
        assert envelope == {
            "success": True,
            "data": [
                {"healthStatus": "Healthy", "connectionStatus": "Connected", "_count": 3},
                {"healthStatus": "Warning", "connectionStatus": "Disconnected", "_count": 1},
                {"healthStatus": "Critical", "connectionStatus": "Failed", "_count": 1},
            ],
        }

    @pytest.mark.parametrize("word", ["stop", "start"])
    async def test_switching(self, speak: Ask, word: str) -> None:
        status, _, envelope = await speak(f"POST /api/v1/cron/{word}/whatsapp-health-check")
        assert (status, envelope["success"]) == (200, True)


class TestFailures:
    @pytest.mark.parametrize(
        ("error", "status", "code"),
        [
            (UnknownName("no job “x”", candidates=("y",), hint="did you mean y?"), 404, "not_found"),
            (UsageError("not a number", where="limit"), 422, "bad_request"),
            (Forbidden("bob may not", hint="sudo"), 403, "forbidden"),
            (Refused("owned by a file", where="main.toml:7", hint="edit it"), 409, "refused"),
            (ConfigurationError([Fault("main.toml", "daemon.mode", "acted", "act or watch")]), 422, "configuration"),
            (StoreError("the disk is full", hint="df -h"), 503, "store"),
            (GatewayError(GatewayFault.TIMEOUT, "no answer", where="main"), 502, "gateway"),
            (DeliveryError("550", scope=DeliveryScope.RECIPIENT, permanent=True), 502, "delivery"),
            (HealthcheckError("the job failed"), 500, "failed"),
        ],
    )
    async def test_an_error_reaches_the_client_as_what_it_was(
        self, ask: Ask, speak: Ask, daemon: FakeDaemon, error: HealthcheckError, status: int, code: str
    ) -> None:
        daemon.fails = error
        told = await speak("GET /api/v1/info")
        assert (told[0], told[2]["success"], told[2]["error"]["code"]) == (status, False, code)
        with pytest.raises(HealthcheckError) as caught:
            await ask("GET", "/info")
        assert type(caught.value) is type(error)
        assert vars(caught.value) | {"code": code} == vars(error) | {"code": code}
        assert str(caught.value) == str(error)
        assert caught.value.exit_code is error.exit_code

    async def test_a_kind_of_refusal_that_the_client_does_not_know_is_a_refusal(
        self, ask: Ask, daemon: FakeDaemon
    ) -> None:
        class Newer(Refused):
            code = "from_the_future"

        daemon.fails = Newer("not today")
        with pytest.raises(Refused, match="not today") as caught:
            await ask("GET", "/info")
        assert caught.value.code == "from_the_future"

    async def test_a_bug_is_logged_under_the_id_that_the_asker_gets(
        self, speak: Ask, daemon: FakeDaemon, caplog: pytest.LogCaptureFixture
    ) -> None:
        daemon.fails = ZeroDivisionError("secret-api-key")
        status, _, envelope = await speak("GET /api/v1/info")
        assert (status, envelope["error"]["code"]) == (500, "bug")
        assert "secret-api-key" not in json.dumps(envelope)
        [record] = [record for record in caplog.records if record.levelno == logging.ERROR]
        bug = envelope["error"]["message"].partition("bug ")[2].rstrip(")")
        assert bug in record.getMessage()
        assert record.exc_info is not None

    async def test_a_caller_that_leaves_in_the_middle_is_no_bug(
        self, client: ControlClient, speak: Ask, caplog: pytest.LogCaptureFixture
    ) -> None:
        _, wire = await asyncio.open_unix_connection(str(client.path))
        wire.write(b"POST /api/v1/hold HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{")
        await wire.drain()
        await speak("GET /livez")
        wire.close()
        await wire.wait_closed()
        await speak("GET /livez")
        assert not [record for record in caplog.records if record.levelno >= logging.ERROR]

    async def test_a_wrong_method_names_the_right_one(self, speak: Ask) -> None:
        status, headers, envelope = await speak("POST /api/v1/cron/status")
        assert (status, headers["allow"]) == (405, "GET")
        assert envelope["error"] == {
            "code": "method_not_allowed",
            "message": "no POST /api/v1/cron/status",
            "hint": "allowed: GET",
        }

    async def test_an_unknown_path_is_answered_in_the_same_form(self, speak: Ask) -> None:
        status, _, envelope = await speak("GET /api/v2/cron/status")
        assert (status, envelope["error"]["code"]) == (404, "not_found")

    @pytest.mark.parametrize("body", [b"{", b"sent=3", b'{"comment": "a",}', b"\xff\xfe"])
    async def test_what_is_no_json_is_told_apart_from_what_does_not_fit(self, speak: Ask, body: bytes) -> None:
        status, _, envelope = await speak("POST /api/v1/hold", body)
        assert (status, envelope["error"]["code"]) == (400, "malformed")

    @pytest.mark.parametrize(
        ("body", "where"),
        [(b"[]", "the body"), (b'{"gateway": 7}', "gateway"), (b'{"comment": null}', "comment")],
    )
    async def test_what_does_not_fit_names_the_field(self, speak: Ask, body: bytes, where: str) -> None:
        status, _, envelope = await speak("POST /api/v1/hold", body)
        assert (status, envelope["error"]["where"]) == (422, where)

    async def test_an_unknown_key_is_named(self, speak: Ask) -> None:
        _, _, envelope = await speak("POST /api/v1/hold", b'{"gatewy": "main"}')
        assert "gatewy" in envelope["error"]["message"]

    async def test_a_path_that_is_not_utf8_is_refused(self, speak: Ask) -> None:
        status, _, envelope = await speak("GET /api/v1/accounts/main/%FF%FE")
        assert (status, envelope["error"]["code"]) == (400, "malformed")

    async def test_more_than_is_taken_is_refused(self, speak: Ask, daemon: FakeDaemon) -> None:
        body = b'{"comment": "' + b"x" * app_module.LARGEST_BODY + b'"}'
        status, _, envelope = await speak("POST /api/v1/hold", body)
        assert (status, envelope["error"]["code"]) == (413, "too_large")
        assert not daemon.asked


def filled(path: str) -> str:
    """With something in the place of each segment that may be anything."""
    return re.sub(r"\{\w+(:[^}]*)?\}", "main", path)


class TestPermissions:
    async def test_who_may_only_read_changes_nothing(self, ask: Ask, daemon: FakeDaemon, identity: KnownCaller) -> None:
        identity.is_caller = READER
        await ask("GET", "/info")
        for route in (route for route in ROUTES if route.changes):
            with pytest.raises(Forbidden, match="bob may not change anything") as caught:
                await ask(route.method, filled(route.path))
            assert caught.value.hint == "sudo usermod -aG healthcheckd bob"
        assert daemon.asked == [("info",)]

    async def test_a_stranger_reads_nothing_and_is_noted(
        self, ask: Ask, daemon: FakeDaemon, identity: KnownCaller, caplog: pytest.LogCaptureFixture
    ) -> None:
        identity.is_caller = STRANGER
        for route in (route for route in ROUTES if not route.changes):
            with pytest.raises(Forbidden):
                await ask(route.method, filled(route.path))
        assert not daemon.asked
        assert "GET /status was refused to user eve" in caplog.text

    def test_whatever_is_not_a_get_changes_something(self) -> None:
        assert {route.method == "GET" for route in ROUTES if not route.changes} == {True}
        assert {route.method == "GET" for route in ROUTES if route.changes} == {False}


class TestLifeSigns:
    async def test_it_is_alive_for_anybody(self, speak: Ask, identity: KnownCaller) -> None:
        identity.is_caller = STRANGER
        assert (await speak("GET /livez"))[0] == 200
        assert (await speak("GET /readyz"))[0] == 200

    async def test_it_says_why_it_is_not_ready(self, speak: Ask, daemon: FakeDaemon) -> None:
        daemon.unready = "the last sweep is two cadences old"
        status, _, envelope = await speak("GET /readyz")
        assert (status, envelope["error"]["message"]) == (503, daemon.unready)

    async def test_every_answer_carries_the_version(self, client: ControlClient, speak: Ask) -> None:
        assert (await speak("GET /nowhere"))[1]["healthcheckd-version"] == __version__
        await asyncio.to_thread(client.get, "/info")
        assert (client.daemon_version, client.other_version) == (__version__, False)

    async def test_another_version_is_noticed(self, client: ControlClient, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(app_module, "__version__", "99.0")
        await asyncio.to_thread(client.get, "/info")
        assert (client.daemon_version, client.other_version) == ("99.0", True)

    async def test_over_tcp_there_is_nothing_else(self, daemon: FakeDaemon) -> None:
        app = create_app(daemon.control(), StillClock(), Surface("tcp"))
        with socket.create_server(("127.0.0.1", 0)) as listening:
            async with serving(app, listening):
                port = listening.getsockname()[1]
                statuses = [
                    (await asyncio.to_thread(tcp_status, port, path)) for path in ("/livez", "/readyz", "/api/v1/info")
                ]
        assert statuses == [200, 200, 404]
        assert not daemon.asked


def tcp_status(port: int, path: str) -> int:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as wire:
        wire.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        return int(wire.recv(64).split()[1])
