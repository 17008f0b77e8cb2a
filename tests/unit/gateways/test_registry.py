"""The one list of adapters."""

import ast
from pathlib import Path

import pytest

from healthcheckd import gateways, settings
from healthcheckd.gateways import KINDS, build
from healthcheckd.gateways.credentials import Credentials
from healthcheckd.gateways.http import short
from healthcheckd.settings import GatewaySettings, Secret
from tests.contract.gateways.conftest import QuickClock
from tests.contract.gateways.worlds import WORLDS

DENIED = ("unhealthy", "terminate", "logout", "environment", "clear-session-data")
METHODS = {"DELETE", "PUT", "PATCH"}


def test_every_kind_that_can_be_configured_has_an_adapter() -> None:
    assert set(KINDS) == set(settings.KINDS)


def test_every_adapter_passes_the_contract() -> None:
    assert {world.kind for world in WORLDS} == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_building_connects_to_nothing_and_keeps_the_name(kind: str) -> None:
    gateway = build(GatewaySettings("eu", kind, "http://127.0.0.1:1"), QuickClock())
    assert (gateway.name, gateway.kind) == ("eu", kind)


SOURCES = sorted(Path(gateways.__file__).parent.glob("*.py"))
HOOKS = [path for path in SOURCES if path.stem.endswith("_hook")]


@pytest.mark.parametrize("path", HOOKS, ids=lambda path: path.name)
def test_a_hook_asks_its_gateway_for_nothing(path: Path) -> None:
    assert "healthcheckd.gateways.http" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", [path for path in SOURCES if path not in HOOKS], ids=lambda path: path.name)
def test_routes_that_do_harm_are_written_in_no_adapter(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    assert texts
    assert [text for text in texts if METHODS & set(text.split()) or any(route in text for route in DENIED)] == []


def test_secrets_are_taken_out_of_foreign_words_longest_first() -> None:
    configured = GatewaySettings("m", "waha", "http://x", api_key=Secret("abc"), headers={"X-T": Secret("abcdef")})
    assert Credentials(configured, "X-Api-Key").scrub("abcdef and abc") == "**** and ****"


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a\r\nb\tc", "a b c"), ("\x1b[31mred\x07", "[31mred"), ("x" * 300, "x" * 159 + "…"), ("", ""), ("متجر", "متجر")],
)
def test_foreign_words_become_one_short_line(text: str, shown: str) -> None:
    assert short(text) == shown
