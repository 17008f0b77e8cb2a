"""The alert rules and the dashboard that are shipped ask for figures that there are."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from healthcheckd.domain.reports.metrics import MetricsReport
from healthcheckd.web.metrics import Meters
from tests.fakes.clock import NOON

FOLDER = Path(__file__).parents[3] / "systemd" / "prometheus"
DASHBOARD: dict[str, Any] = json.loads((FOLDER / "grafana-dashboard.json").read_text(encoding="utf-8"))

needs_promtool = pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")


def promtool(*words: str) -> None:
    done = subprocess.run(["promtool", *words], cwd=FOLDER, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@needs_promtool
def test_the_rules_are_rules() -> None:
    promtool("check", "rules", "healthcheckd.rules.yml")


@needs_promtool
def test_they_fire_when_they_should_and_only_then() -> None:
    promtool("test", "rules", "healthcheckd.rules.test.yml")


@needs_promtool
def test_the_scrape_configuration_is_one() -> None:
    promtool("check", "config", "--syntax-only", "scrape.yml")


@needs_promtool
def test_the_page_is_as_prometheus_wants_it() -> None:
    page = Meters(["main"]).page(MetricsReport(NOON))
    done = subprocess.run(["promtool", "check", "metrics"], input=page, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def offered() -> set[str]:
    page = Meters(["main"]).page(MetricsReport(NOON)).decode()
    names = set(re.findall(r"^# TYPE (\w+)", page, flags=re.MULTILINE))
    samples = {sample.name for family in text_string_to_metric_families(page) for sample in family.samples}
    return names | samples | {f"{name}_bucket" for name in names}


def expressions() -> Iterator[tuple[str, str]]:
    rules = (FOLDER / "healthcheckd.rules.yml").read_text(encoding="utf-8")
    yield "rules", rules
    for panel in DASHBOARD["panels"]:
        for target in panel["targets"]:
            yield panel["title"], target["expr"]


@pytest.mark.parametrize(("where", "expression"), list(expressions()), ids=lambda text: text[:40])
def test_every_figure_that_is_asked_for_exists(where: str, expression: str) -> None:
    asked = set(re.findall(r"\b((?:healthcheckd|process)_[a-z_]+)", expression))
    assert asked
    assert asked <= offered(), where


def test_every_panel_has_its_own_place() -> None:
    places = [
        (x, y)
        for panel in DASHBOARD["panels"]
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(places) == len(set(places))
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
