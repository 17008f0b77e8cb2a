"""After somebody was forgotten, no file of the daemon's names them any more."""

import pytest

from tests.acceptance.machine import Machine, Program

pytestmark = pytest.mark.acceptance

ADDRESS = "rosa.planted@example.com"
PHONE = "5511977776666"

LOG = """
[log]
file = "hc.log"
mask_personal = true
"""


def naming(here: Machine, daemon: Program) -> set[str]:
    """Files of the daemon that hold the address or the number."""
    files = [*here.folder.glob("hc.db*"), here.folder / "hc.log", daemon.log_file]
    marks = (ADDRESS.encode(), PHONE.encode(), PHONE[-11:].encode())
    return {file.name for file in files if any(mark in file.read_bytes() for mark in marks)}


async def test_neither_database_nor_its_log_nor_the_log_files_name_them(here: Machine) -> None:
    here.write(LOG)
    daemon = await here.daemon()
    await daemon.says("health check completed")
    added = await here.command("accounts", "add", "main/rosa", "--owner-email", ADDRESS, "--phone", f"+{PHONE}")
    assert added.process.returncode == 0, added.log
    await here.command("email", "test", ADDRESS)
    assert any(name.startswith("hc.db") for name in naming(here, daemon))
    forgotten = await here.command("accounts", "forget", "main/rosa", "--yes")
    assert forgotten.process.returncode == 0 and "main/forgotten-" in forgotten.log, forgotten.log
    assert naming(here, daemon) == set()
    daemon.process.terminate()
    assert await daemon.ends() == 0
    assert naming(here, daemon) == set()
