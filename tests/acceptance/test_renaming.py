"""A gateway that gets another name, as its operator does it: first in the file, then by command."""

import pytest

from tests.acceptance.machine import Machine

pytestmark = pytest.mark.acceptance
ADDRESSES = "SELECT key, gateway || '/' || session FROM accounts WHERE removed_at IS NULL ORDER BY key"


async def test_the_file_says_the_name_and_the_command_keeps_the_history(here: Machine) -> None:
    daemon = await here.daemon()
    await daemon.says("health check completed")
    before = here.rows(ADDRESSES)
    early = await here.command("gateways", "rename", "main", "europe")
    assert early.process.returncode == 1
    assert 'write name = "europe" there' in early.log and f"{here.config}:" in early.log
    here.config.write_text(here.config.read_text().replace('name = "main"', 'name = "europe"'))
    wrong = await here.command("gateways", "rename", "main", "asia")
    assert (wrong.process.returncode, "no gateway called asia" in wrong.log) == (2, True)
    done = await here.command("gateways", "rename", "main", "europe")
    assert done.process.returncode == 0, done.log
    assert here.rows(ADDRESSES) == [(key, address.replace("main/", "europe/")) for key, address in before]
    outcomes = here.rows("SELECT what, outcome FROM audit WHERE what LIKE 'gateways rename%' ORDER BY id")
    assert [outcome.partition(":")[0] for _, outcome in outcomes] == ["refused", "not_found", "done"]
