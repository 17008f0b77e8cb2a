"""What Prometheus fetches, from the real store, of a fleet that was really swept."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from prometheus_client.parser import text_string_to_metric_families

from healthcheckd.settings import HEALTH_CHECK, Secret
from healthcheckd.web.figures import create_figures_app
from healthcheckd.web.metrics import Meters
from tests.integration.daemon.conftest import SCRIPTS, World, running

TOKEN = "a-token-for-the-figures"
Client = TestClient[web.Request, web.Application]
Samples = Mapping[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture
def meters() -> Meters:
    return Meters(["main"])


@pytest.fixture
async def world(tmp_path: Path, meters: Meters) -> AsyncIterator[World]:
    async with running(tmp_path, SCRIPTS, meters=meters) as world:
        yield world


class Scraper:
    def __init__(self, client: Client) -> None:
        self._client = client

    async def page(self, authorization: str = f"Bearer {TOKEN}") -> tuple[int, str]:
        answer = await self._client.get("/metrics", headers={"Authorization": authorization})
        return answer.status, await answer.text()

    async def samples(self) -> Samples:
        status, text = await self.page()
        assert status == 200
        families = text_string_to_metric_families(text)
        return {(one.name, frozenset(one.labels.items())): one.value for family in families for one in family.samples}


@pytest.fixture
async def scraper(world: World, meters: Meters) -> AsyncIterator[Scraper]:
    app = create_figures_app(world.views.metrics, meters, Secret(TOKEN))
    async with TestClient(TestServer(app)) as client:
        yield Scraper(client)


def value(samples: Samples, metric: str, /, **labels: str) -> float:
    return samples[f"healthcheckd_{metric}", frozenset(labels.items())]


async def test_accounts_are_counted_by_gateway_health_and_cause(world: World, scraper: Scraper) -> None:
    await world.sweep()
    samples = await scraper.samples()
    assert value(samples, "accounts", gateway="main", health="Healthy", cause="") >= 1
    total = sum(number for (name, _), number in samples.items() if name == "healthcheckd_accounts")
    assert total == len(SCRIPTS)


async def test_a_sweep_leaves_its_figures(world: World, scraper: Scraper) -> None:
    await world.sweep()
    samples = await scraper.samples()
    assert value(samples, "gateway_up", gateway="main", kind="waha") == 1
    assert value(samples, "job_last_seconds", name=HEALTH_CHECK) > 0
    assert value(samples, "last_good_sweep_timestamp_seconds") > 1.7e9
    assert value(samples, "gateway_request_seconds_count", gateway="main") >= 1
    assert value(samples, "database_bytes") > 10_000


async def test_events_are_counted(world: World, scraper: Scraper) -> None:
    await world.sweep()
    samples = await scraper.samples()
    assert value(samples, "job_runs_total", name=HEALTH_CHECK, result="ok") == 1
    attempts = [number for (name, _), number in samples.items() if name == "healthcheckd_reconnection_attempts_total"]
    assert len(attempts) == 4


async def test_no_label_names_an_account(world: World, scraper: Scraper) -> None:
    await world.sweep()
    _, text = await scraper.page()
    assert not any(session in text for session in SCRIPTS)


@pytest.mark.parametrize("authorization", ["", "Bearer", f"Bearer {TOKEN}x", f"Basic {TOKEN}", "Bearer ü"])
async def test_strangers_get_nothing(scraper: Scraper, authorization: str) -> None:
    assert await scraper.page(authorization) == (401, "")
