"""Who may talk to the daemon, and that everybody finds it whatever started it."""

import grp
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from healthcheckd.simulator import CATALOGUE, ScriptedSession
from tests.acceptance.machine import Machine, machine

pytestmark = pytest.mark.acceptance

NOBODY = 65534
GROUP = "daemon"

ASK = f"""
import os, pkgutil, sys
import healthcheckd, rich.live, rich.progress
# As root, as long as we may read them: the modules may lie where nobody else may.
for found in pkgutil.walk_packages(healthcheckd.__path__, "healthcheckd."):
    if found.name.startswith(("healthcheckd.cli", "healthcheckd.api", "healthcheckd.store")):
        __import__(found.name)
from healthcheckd.cli.main import main
config, *groups = sys.argv[1:]
main(["--config", config, "status", "--json"])
main(["--config", config + ".not-there", "status"])
os.setgroups([int(group) for group in groups])
os.setresgid({NOBODY}, {NOBODY}, {NOBODY})
os.setresuid({NOBODY}, {NOBODY}, {NOBODY})
print("-----", flush=True)
sys.exit(main(["--config", config, *os.environ["COMMAND"].split()]))
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """One that other users may enter."""
    folder = Path(tempfile.mkdtemp(prefix="healthcheckd-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
async def shared(open_folder: Path) -> AsyncIterator[Machine]:
    async with machine(open_folder, [ScriptedSession("shop", CATALOGUE["steady"], "442079460101")]) as made:
        made.config.write_text(made.config.read_text().replace("[control]", f'[control]\nmanage_group = "{GROUP}"'))
        made.config.chmod(0o644)
        yield made


async def as_nobody(here: Machine, command: str, *groups: int) -> tuple[int, str]:
    script = here.folder / "ask.py"
    script.write_text(ASK)
    env = {**here.clean, "COMMAND": command}
    program = await here.run(str(here.config), *map(str, groups), env=env, module="ask")
    code = await program.ends()
    return code, program.log.partition("-----")[2]


async def test_a_daemon_started_by_a_unit_is_found_by_a_person_in_a_shell(shared: Machine) -> None:
    paths = (f'database = "{shared.folder}/hc.db"', f'socket = "{shared.folder}/hc.sock"')
    written = shared.config.read_text()
    for path in paths:
        written = written.replace(path, "")
    shared.config.write_text(written)
    unit = {
        "STATE_DIRECTORY": str(shared.folder / "state"),
        "RUNTIME_DIRECTORY": str(shared.folder / "run"),
        "LOGS_DIRECTORY": str(shared.folder / "log"),
        "CONFIGURATION_DIRECTORY": str(shared.folder / "etc"),
        "INVOCATION_ID": "0" * 32,
    }
    daemon = await shared.daemon(**unit)
    await daemon.says("health check completed")
    ping = await shared.command("ping")
    assert ping.process.returncode == 0, ping.log
    status = await shared.command("status", "--json")
    assert (status.process.returncode, '"healthy": 1' in status.log) == (0, True), status.log


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
async def test_another_user_in_the_group_may_read_and_manage(shared: Machine) -> None:
    daemon = await shared.daemon()
    await daemon.says("health check completed")
    code, answer = await as_nobody(shared, "trigger whatsapp-health-check", grp.getgrnam(GROUP).gr_gid)
    assert code == 0, answer
    assert daemon.log.count("health check completed") == 2
    assert "Manual trigger requested for job: whatsapp-health-check by user nobody" in daemon.log


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
async def test_a_user_outside_the_group_is_kept_out_and_told_the_cure(shared: Machine) -> None:
    daemon = await shared.daemon()
    await daemon.says("health check completed")
    code, answer = await as_nobody(shared, "trigger whatsapp-health-check")
    assert code not in {0, 3}, answer
    assert GROUP in answer
    assert daemon.log.count("health check completed") == 1
