"""Answers line by line: progress of a run, and events."""

import asyncio
import logging
import socket
from collections.abc import Callable
from typing import Any

import pytest

from healthcheckd.api import streams
from healthcheckd.api.client import ControlClient
from healthcheckd.api.routes import jobs
from healthcheckd.domain.reports.operation import EventRow
from healthcheckd.errors import HealthcheckError, UnknownName
from healthcheckd.ports.control import Progress
from tests.contract.api.fakes import NOW, FakeDaemon

Streamed = Callable[..., Any]

TRIGGER = "/cron/trigger/whatsapp-health-check"


@pytest.fixture
def streamed(client: ControlClient) -> Streamed:
    async def lines(path: str, params: tuple[tuple[str, str], ...] = (), method: str = "GET") -> list[dict[str, Any]]:
        return await asyncio.to_thread(lambda: list(client.stream(path, params, method=method)))

    return lines


async def test_a_run_tells_its_steps_and_then_its_counts(streamed: Streamed, daemon: FakeDaemon) -> None:
    daemon.steps = [Progress("reading", 1, 2), Progress("reading", 2, 2)]
    *steps, last = await streamed(TRIGGER, method="POST")
    assert [line["progress"]["done"] for line in steps] == [1, 2]
    assert last["message"] == "Job whatsapp-health-check triggered successfully"
    assert last["data"] == daemon.counts


async def test_a_slow_reader_of_progress_misses_steps_and_not_the_end(streamed: Streamed, daemon: FakeDaemon) -> None:
    daemon.steps = [Progress("reading", done, 1000) for done in range(1000)]
    *steps, last = await streamed(TRIGGER, method="POST")
    assert 0 < len(steps) < 1000
    assert last["success"] is True


async def test_a_long_run_without_news_is_no_silence(
    client: ControlClient, daemon: FakeDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "PULSE_SECONDS", 0.01)
    daemon.finish_run.clear()
    asked = f"POST /api/v1{TRIGGER} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAccept: {streams.NDJSON}\r\n\r\n"
    with socket.socket(socket.AF_UNIX) as wire:
        wire.settimeout(10)
        wire.connect(str(client.path))
        wire.sendall(asked.encode())
        heard = b""
        while heard.count(b"1\r\n\n\r\n") < 3:
            heard += await asyncio.to_thread(wire.recv, 10_000)
        daemon.finish_run.set()
        rest = await asyncio.to_thread(lambda: b"".join(iter(lambda: wire.recv(10_000), b"")))
    assert b"triggered successfully" in rest


async def test_a_failure_in_a_stream_is_raised_at_its_end(streamed: Streamed, daemon: FakeDaemon) -> None:
    daemon.fails = HealthcheckError("whatsapp-health-check failed: disk full", hint="df -h")
    with pytest.raises(HealthcheckError, match="disk full"):
        await streamed(TRIGGER, method="POST")


async def test_an_unknown_job_is_told_in_a_stream_too(streamed: Streamed) -> None:
    with pytest.raises(UnknownName, match="nonsense"):
        await streamed("/cron/trigger/nonsense", method="POST")


async def test_events_come_one_a_line(streamed: Streamed, daemon: FakeDaemon) -> None:
    daemon.events = [EventRow(NOW, "transition", "main/shop", {"to": "Connected"}), EventRow(NOW, "job")]
    *told, end = await streamed("/events")
    assert [line["kind"] for line in told] == ["transition", "job"]
    assert end == {"success": True, "data": {"ended": True}}
    assert told[0]["data"] == {"to": "Connected"}


async def test_events_can_be_of_one_account_and_of_one_kind(streamed: Streamed, daemon: FakeDaemon) -> None:
    daemon.events = [
        EventRow(NOW, "transition", "main/shop"),
        EventRow(NOW, "notice", "main/shop"),
        EventRow(NOW, "transition", "main/other"),
    ]

    async def told(*asked: tuple[str, str]) -> int:
        *events, _ = await streamed("/events", asked)
        return len(events)

    assert await told(("account", "shop")) == 2
    assert await told(("kind", "transition")) == 2
    assert await told(("account", "shop"), ("kind", "notice")) == 1


async def test_a_reader_that_fell_behind_is_told_so(streamed: Streamed, daemon: FakeDaemon) -> None:
    daemon.too_slow = True
    with pytest.raises(HealthcheckError, match="was let go") as caught:
        await streamed("/events")
    assert caught.value.code == "too_slow"


async def test_a_reader_that_takes_nothing_is_let_go(
    client: ControlClient, daemon: FakeDaemon, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(streams, "PATIENCE_SECONDS", 0.02)
    daemon.events = [EventRow(NOW, "job", data={"padding": "x" * 100_000})] * 100
    with socket.socket(socket.AF_UNIX) as wire:
        wire.settimeout(10)
        wire.connect(str(client.path))
        wire.sendall(b"GET /api/v1/events HTTP/1.1\r\nHost: x\r\n\r\n")
        await released(daemon)
        assert [record.levelno for record in caplog.records if record.action == "reader_dropped"] == [logging.WARNING]  # type: ignore[attr-defined]
        received = await asyncio.to_thread(lambda: sum(map(len, iter(lambda: wire.recv(1_000_000), b""))))
    assert received < 100 * 100_000


async def test_a_reader_that_goes_away_is_forgotten(
    client: ControlClient, daemon: FakeDaemon, caplog: pytest.LogCaptureFixture
) -> None:
    daemon.events = [EventRow(NOW, "job", data={"padding": "x" * 100_000})] * 100
    with socket.socket(socket.AF_UNIX) as wire:
        wire.connect(str(client.path))
        wire.sendall(b"GET /api/v1/events HTTP/1.1\r\nHost: x\r\n\r\n")
        assert await asyncio.to_thread(wire.recv, 100)
    await released(daemon)
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_a_reader_that_does_not_wait_for_the_head_is_no_failure(
    client: ControlClient, daemon: FakeDaemon, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "healthcheckd")
    with socket.socket(socket.AF_UNIX) as wire:
        wire.connect(str(client.path))
        wire.sendall(b"GET /api/v1/events HTTP/1.1\r\nHost: x\r\n\r\n")
    await asyncio.to_thread(client.get, "/info")
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def released(daemon: FakeDaemon) -> None:
    async with asyncio.timeout(10):
        await daemon.left.wait()
