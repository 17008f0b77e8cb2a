"""What the README says stays true.

After a wanted change of a command or a kind:  UPDATE_GOLDEN=1 pytest tests/unit/test_readme.py  and look at the change.
"""

import os
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.main import get_command

from healthcheckd.api.client import BASE
from healthcheckd.api.routes import ROUTES
from healthcheckd.cli.app import tree
from healthcheckd.config import load
from healthcheckd.config.environment import KEYS
from healthcheckd.daemon.main import app as daemon
from healthcheckd.settings import KINDS
from tests.unit.command_reference import examples, leaves, reference

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
DEMO = "python3 -m venv .venv && .venv/bin/pip install -q . && .venv/bin/healthcheck demo"
TESTS = "python3 -m venv .venv && .venv/bin/pip install -q -e '.[dev]' && .venv/bin/pytest"
MADE = {
    "commands": lambda: f"\n\n{reference()}\n\n",
    "kinds": lambda: ", ".join(f"`{kind}`" for kind in KINDS),
}
"""What stands between `begin` and `end` of these names."""

AROUND = """
[operator]
email = "ops@example.org"
[email]
host = "127.0.0.1"
from = "wa@example.org"
username = "wa@example.org"
support = "ops@example.org"
[[gateways]]
name = "main"
kind = "waha"
url = "http://127.0.0.1:3000"
api_key = "secret"
labels = { region = "eu" }
"""
"""What stands around a piece of a configuration."""

KEPT_ELSEWHERE = {
    "SLACK_TOKENS": "T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
    "TWILIO_SID": f"AC{'0' * 32}",
    "TWILIO_TOKEN": "0" * 32,
    "TWILIO_FROM": "15005550006",
    "PAGERDUTY_KEY": "secret",
}

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MADE = re.compile(r"(<!-- begin (\w+) -->).*?(<!-- end \2 -->)", re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"(?<!`)`(healthcheckd? [^`]+)`")


def text() -> str:
    return README.read_text(encoding="utf-8")


def written() -> str:
    """The README without what is made from the program."""
    return _MADE.sub("", text())


def renewed() -> str:
    return _MADE.sub(lambda part: f"{part[1]}{MADE[part[2]]()}{part[3]}", text())


def blocks(language: str) -> list[str]:
    return [block for marked, block in _FENCE.findall(written()) if marked == language]


def calls() -> list[str]:
    """Every line of a shell block, and every piece of code in a sentence, that calls one of our programs."""
    bare = (line.removeprefix("sudo ").removeprefix(".venv/bin/") for line in "\n".join(blocks("sh")).splitlines())
    return [line for line in bare if re.match("healthcheckd? ", line)] + _CODE.findall(_FENCE.sub("", written()))


def understood(line: str) -> None:
    """Parse it as the program would, up to the point where it would act."""
    words = _words(line)
    command: Any = tree() if words.pop(0) == "healthcheck" else get_command(daemon)
    while (below := getattr(command, "commands", None)) is not None:
        if words[:1] == ["--config"]:
            words = words[2:]
        if not words:
            return
        if words[0].startswith("-"):
            assert words[0] in _options(command), f"no such option: {line}"
            return
        assert words[0] in below, f"no such command: {line}"
        command = below[words.pop(0)]
    try:
        command.make_context(command.name, words)
    except typer.Exit:
        assert "--help" in words, line


def _options(command: Any) -> list[str]:
    context = command.context_class(command, **command.context_settings)
    return [name for parameter in command.get_params(context) for name in parameter.opts]


def _words(line: str) -> list[str]:
    """The first command of a line: without its comment, and up to where it goes on into another or a file."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words = list(lexer)
    return words[: next((at for at, word in enumerate(words) if word and set(word) <= set("|&;<>()")), len(words))]


def test_what_is_made_from_the_program_is_current() -> None:
    if os.environ.get("UPDATE_GOLDEN"):
        README.write_text(renewed(), encoding="utf-8")
    assert {name for _, name, _ in _MADE.findall(text())} == set(MADE)
    assert text() == renewed(), f"run: UPDATE_GOLDEN=1 pytest {Path(__file__).relative_to(ROOT)}"


def test_every_command_has_help_and_an_example() -> None:
    bare = [path for path, command in leaves(tree(), "healthcheck") if not (command.help and examples(command))]
    assert bare == []


def test_every_example_of_the_help_calls_its_own_command() -> None:
    for path, command in leaves(tree(), ""):
        for line in examples(command):
            _, own, rest = line.partition(path)
            assert own, line
            understood(f"healthcheck{own}{rest}")


@pytest.mark.parametrize("line", calls())
def test_what_the_readme_tells_to_type_is_understood(line: str) -> None:
    understood(line)


def test_a_misspelt_command_or_option_would_be_found() -> None:
    with pytest.raises(AssertionError, match="no such command"):
        understood("healthcheck statsu")
    with pytest.raises(Exception, match="--exitcode"):
        understood("healthcheck status --exitcode")
    with pytest.raises(Exception, match="account"):
        understood("healthcheck pair")


def test_every_link_leads_somewhere() -> None:
    links = [link for link in _LINK.findall(text()) if "://" not in link]
    assert links
    assert [link for link in links if not _exists(link)] == []


def _exists(link: str) -> bool:
    file, _, heading = link.partition("#")
    target = ROOT / file if file else README
    return target.exists() and (not heading or heading in _headings(target))


def _headings(path: Path) -> set[str]:
    """The names that a heading can be linked by."""
    titles = re.findall(r"^#+ (.+)$", _FENCE.sub("", path.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_the_two_first_commands_are_the_ones_that_are_checked() -> None:
    lines = text().splitlines()
    assert DEMO in lines
    assert TESTS in lines
    assert TESTS in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.parametrize("block", blocks("toml"))
def test_the_configurations_it_shows_are_accepted(block: str, tmp_path: Path) -> None:
    config = tmp_path / "healthcheckd.toml"
    config.write_text(block if "[[gateways]]" in block else f"{AROUND}\n{block}", encoding="utf-8")
    config.chmod(0o600)
    loaded = load(config, {"HOME": str(tmp_path), "SMTP_PASS": "secret", "WAHA_API_KEY": "secret", **KEPT_ELSEWHERE})
    assert [gateway.name for gateway in loaded.settings.gateways] == ["main"]
    assert loaded.warnings == ()


def test_the_variables_it_shows_are_those_that_count() -> None:
    names = re.findall(r"^([A-Z_]+)=", text(), re.MULTILINE)
    assert names
    assert set(names) <= set(KEYS)


def test_the_addresses_it_shows_are_served() -> None:
    lines = [line for line in "\n".join(blocks("sh")).replace("\\\n", "").splitlines() if "/api/v1/" in line]
    assert lines
    assert [line for line in lines if not _is_served(line)] == []


def _is_served(line: str) -> bool:
    (path,) = re.findall(r"http://localhost(?::5000)?(/[^\s'?]+)", line)
    method = "POST" if "-X POST" in line or " -d " in line else "GET"
    forms = [re.sub(r"\{\w+\}", "[^/]+", re.sub(r"\{\w+:(\.\+)\}", r"\1", BASE + route.path)) for route in ROUTES]
    return any(route.method == method and re.fullmatch(form, path) for route, form in zip(ROUTES, forms, strict=True))


def test_the_layers_it_draws_are_those_that_are_held() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    (layers,) = (contract["layers"] for contract in contracts if contract["type"] == "layers")
    (drawn,) = (block for block in blocks("") if block.startswith("cli "))
    assert [re.split(r"\s{2,}", line)[0] for line in drawn.splitlines()] == layers
