"""The service of a machine: its steps shown, and taken in a tree that is no machine yet."""

import os
import shutil
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from healthcheckd.cli.commands import service
from healthcheckd.cli.service import placing, plan
from healthcheckd.cli.service.owners import Owner, owner_ids
from healthcheckd.cli.service.steps import Run, Write
from healthcheckd.errors import HealthcheckError
from tests.integration.cli.conftest import Run as RunCommand

CONFIGURATION = """
[operator]
email = ["ops@example.com"]
[[gateways]]
name = "main"
kind = "waha"
url = "http://127.0.0.1:3000"
api_key = "${WAHA_API_KEY}"
"""

needs_root = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("systemd-sysusers") is None, reason="takes root and systemd-sysusers"
)


@pytest.fixture
def configured(place: Path) -> Path:
    (place / "hc.toml").write_text(CONFIGURATION)
    (place / ".env").write_text("WAHA_API_KEY=a-key-of-mine\n")
    return place


def given(**changes: object) -> plan.Given:
    unit = "[Service]\nExecStart=/opt/healthcheckd/bin/healthcheckd --config /etc/healthcheckd/healthcheckd.toml\n"
    all_ = plan.Given(unit, "u healthcheckd", "[operator]\n", "K=v\n", Path("/usr/bin/healthcheckd"), Path("/"))
    return replace(all_, **changes)  # type: ignore[arg-type]


class TestPlan:
    def test_it_ends_with_a_daemon_that_said_it_is_ready(self) -> None:
        shown = [step.shown() for step in plan.install(given())]
        assert shown[-3:] == [
            "systemctl daemon-reload",
            "systemctl enable healthcheckd.service",
            "systemctl restart healthcheckd.service",
        ]

    def test_the_unit_starts_the_program_that_there_is(self) -> None:
        [unit] = [step for step in plan.install(given()) if isinstance(step, Write) and step.path.name == plan.UNIT]
        assert "ExecStart=/usr/bin/healthcheckd --config /etc/healthcheckd/healthcheckd.toml" in unit.text

    def test_in_another_tree_nothing_is_started(self) -> None:
        steps = plan.install(given(root=Path("/mnt/image")))
        assert not [step for step in steps if isinstance(step, Run) and step.words[0] == "systemctl"]

    def test_secrets_are_for_root_alone_and_nothing_of_ones_own_is_replaced(self) -> None:
        kept = {step.path.name: step for step in plan.install(given()) if isinstance(step, Write) and step.once}
        assert {name: (step.mode, step.owner) for name, step in kept.items()} == {
            "healthcheckd.toml": (0o640, Owner("root", "healthcheckd")),
            "healthcheckd.env": (0o600, Owner("root", "root")),
        }

    def test_uninstalling_keeps_what_people_wrote_unless_it_is_purged(self) -> None:
        kept = " ".join(step.shown() for step in plan.uninstall(Path("/"), None, purge=False))
        purged = " ".join(step.shown() for step in plan.uninstall(Path("/"), None, purge=True))
        for precious in ("/etc/healthcheckd ", "/var/lib/healthcheckd "):
            assert precious not in f"{kept} " and precious in f"{purged} "


@pytest.mark.parametrize(
    ("path", "seen"),
    [
        ("/opt/healthcheckd/bin/healthcheckd", True),
        ("/usr/local/bin/healthcheckd", True),
        ("/home/ana/.venv/bin/healthcheckd", False),
        ("/root/.venv/bin/healthcheckd", False),
        ("/tmp/x/bin/healthcheckd", False),
    ],
)
def test_what_the_unit_hides_cannot_be_started_by_it(path: str, seen: bool) -> None:
    assert placing.visible(Path(path)) is seen


def test_an_owner_is_looked_up_in_the_tree(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/passwd").write_text("root:x:0:0::/:\nhealthcheckd:x:981:982::/:\n")
    (tmp_path / "etc/group").write_text("healthcheckd:x:982:\n")
    assert owner_ids(Owner("healthcheckd", "healthcheckd"), tmp_path) == (981, 982)
    with pytest.raises(HealthcheckError, match="there is no nobody"):
        owner_ids(Owner("nobody", "healthcheckd"), tmp_path)


def test_a_command_that_fails_says_what_it_said() -> None:
    with pytest.raises(HealthcheckError, match="ended with 3") as failed:
        Run(("sh", "-c", "echo no such luck >&2; exit 3")).take(Path("/"))
    assert failed.value.hint == "no such luck"


async def test_the_steps_can_be_seen_without_taking_them(run: RunCommand, configured: Path) -> None:
    ended = await run("service", "install", "--print", "--root", str(configured / "tree"))
    assert ended.code == 0 and "systemd-sysusers" in ended.out
    assert not (configured / "tree").exists()


async def test_no_secret_is_among_them(run: RunCommand, configured: Path) -> None:
    ended = await run("service", "install", "--print", "--root", str(configured / "tree"))
    assert "a-key-of-mine" not in ended.out + ended.err


async def test_a_machine_without_systemd_is_told_what_else_there_is(
    run: RunCommand, configured: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "SYSTEMD_RUNS", configured / "nothing")
    ended = await run("service", "install", "--yes")
    assert ended.code == 1 and "systemd does not run this machine" in ended.err and "--root DIR" in ended.err


async def test_a_faulty_configuration_is_not_installed(run: RunCommand, configured: Path) -> None:
    (configured / "hc.toml").write_text(CONFIGURATION + 'colour = "red"\n')
    ended = await run("service", "install", "--yes", "--root", str(configured / "tree"))
    assert ended.code == 78 and "colour" in ended.err
    assert not (configured / "tree").exists()


@needs_root
async def test_a_tree_gets_user_files_and_unit_and_loses_them_again(run: RunCommand, configured: Path) -> None:
    tree = configured / "tree"
    (tree / "etc").mkdir(parents=True)
    for _ in range(2):
        assert (await run("service", "install", "--yes", "--root", str(tree))).code == 0
    secrets = tree / "etc/healthcheckd/healthcheckd.env"
    assert (secrets.read_text(), stat.S_IMODE(secrets.stat().st_mode)) == ("WAHA_API_KEY=a-key-of-mine\n", 0o600)
    assert stat.S_IMODE((tree / "etc/healthcheckd").stat().st_mode) == 0o750
    assert "healthcheckd:" in (tree / "etc/passwd").read_text()
    wanted = tree / "etc/systemd/system/multi-user.target.wants/healthcheckd.service"
    assert wanted.readlink() == Path("/etc/systemd/system/healthcheckd.service")

    assert (await run("service", "uninstall", "--yes", "--root", str(tree))).code == 0
    assert secrets.exists() and not wanted.is_symlink()
    assert (await run("service", "uninstall", "--yes", "--purge", "--root", str(tree))).code == 0
    assert not secrets.parent.exists()


@needs_root
async def test_what_is_configured_there_already_is_kept(run: RunCommand, configured: Path) -> None:
    folder = configured / "tree/etc/healthcheckd"
    folder.mkdir(parents=True)
    (folder / "healthcheckd.toml").write_text("# mine\n")
    assert (await run("service", "install", "--yes", "--root", str(configured / "tree"))).code == 0
    assert (folder / "healthcheckd.toml").read_text() == "# mine\n"
