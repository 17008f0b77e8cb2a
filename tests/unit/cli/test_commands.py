"""The tree of commands, walked."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from healthcheckd.cli.app import SECTIONS, tree
from healthcheckd.cli.main import main

WANTED = [
    "status",
    "ping",
    "trigger",
    "stop",
    "start",
    "stats",
    "mute",
    "unmute",
    "service",
    "silence",
    "incidents",
    "reconnect",
    "pair",
    "drill",
    "hold",
    "release",
    "history",
    "uptime",
    "audit",
    "events",
    "reload",
    "backup",
    "restore",
    "init",
    "demo",
    "version",
    "accounts",
    "gateways",
    "notices",
    "messages",
    "config",
    "email",
    "channels",
    "webhooks",
    "token",
]
GROUPS = {
    "accounts": "list show add set remove forget enable disable adopt move import export",
    "gateways": "list check hook rename states",
    "notices": "forecast list retry stats",
    "messages": "add",
    "config": "check show",
    "email": "verify test preview",
    "channels": "list test",
    "webhooks": "list test replay",
    "incidents": "list show ack",
    "service": "install uninstall",
    "token": "issue verify",
    "silence": "add list end",
}
READING = [
    "status",
    "ping",
    "stats",
    "history",
    "uptime",
    "audit",
    "events",
    "version",
    "accounts_list",
    "accounts_show",
    "accounts_export",
    "gateways_list",
    "gateways_check",
    "gateways_states",
    "notices_list",
    "notices_stats",
    "webhooks_list",
    "config_check",
]


def commands() -> Iterator[tuple[str, Any]]:
    """Every command and group, by its words joined with an underscore."""
    for name, command in tree().commands.items():
        yield name, command
        for below, inner in getattr(command, "commands", {}).items():
            yield f"{name}_{below}", inner


ALL = dict(commands())


def test_every_command_is_there() -> None:
    assert sorted(name for section in SECTIONS.values() for name in section) == sorted(WANTED)
    for group, names in GROUPS.items():
        assert sorted(ALL[group].commands) == sorted(names.split())


@pytest.mark.parametrize("name", ALL)
def test_every_command_has_help_with_an_example_of_itself(name: str) -> None:
    command = ALL[name]
    words = "healthcheck " + name.replace("_", " ")
    assert command.help, "says nothing of itself"
    assert "Examples:" in (command.epilog or "")
    assert words in command.epilog or f"healthcheck --config new.toml {name.replace('_', ' ')}" in command.epilog


@pytest.mark.parametrize("name", ALL)
def test_every_option_and_argument_is_explained(name: str) -> None:
    for parameter in ALL[name].params:
        if parameter.param_type_name == "option":
            assert parameter.help or parameter.metavar, parameter.opts


@pytest.mark.parametrize("name", READING)
def test_whatever_reads_can_be_read_by_programs(name: str) -> None:
    assert any("--json" in parameter.opts for parameter in ALL[name].params)


@pytest.mark.parametrize("name", ["accounts_list", "accounts_export", "accounts_enable", "reconnect", "mute", "uptime"])
def test_one_grammar_selects_accounts_wherever_several_are_meant(name: str) -> None:
    known = {option for parameter in ALL[name].params for option in parameter.opts}
    assert known >= {"--gateway", "--tag", "--customer", "--health", "--connection", "--cause", "--since"}
    assert known >= {"--needs-person", "--unproven"}


def test_a_group_named_alone_shows_what_it_can_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["accounts"]) == 0
    assert "export" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("argv", "suggestion"),
    [(["statsu"], "status"), (["accounts", "lst"], "list"), (["status", "--jsn"], "--json")],
)
def test_a_misspelt_word_is_answered_with_the_nearest(
    argv: list[str], suggestion: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(argv) == 2
    captured = capsys.readouterr()
    assert suggestion in captured.err and "Hint: healthcheck" in captured.err
    assert captured.out == ""


def test_a_missing_argument_names_the_command_to_ask(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["accounts", "show"]) == 2
    assert "Hint: healthcheck accounts show --help" in capsys.readouterr().err


def test_the_version_is_told_without_anything_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("healthcheck 0.")


def test_a_usage_error_of_the_plugin_is_unknown_to_the_monitoring(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--nagios", "--nonsense"]) == 3


def test_a_command_belongs_below_main() -> None:
    from healthcheckd.cli.invocation import invocation

    with pytest.raises(TypeError):
        invocation(typer.Context(tree()))


def test_nothing_of_the_network_is_loaded_for_the_tree() -> None:
    code = (
        "import sys; from healthcheckd.cli.app import tree; tree().commands['status'];"
        "heavy = {'aiohttp', 'sqlite_utils', 'babel', 'jinja2', 'pydantic', 'rich.console'} & set(sys.modules);"
        "sys.exit(repr(heavy) if heavy else 0)"
    )

    async def run() -> tuple[int, bytes]:
        import sys

        child = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stderr=asyncio.subprocess.PIPE)
        _, told = await child.communicate()
        return child.returncode or 0, told

    assert asyncio.run(run()) == (0, b"")


@pytest.mark.parametrize("name", ALL)
def test_a_list_of_commands_shows_whole_sentences(name: str) -> None:
    assert not ALL[name].get_short_help_str(60).endswith("...")
