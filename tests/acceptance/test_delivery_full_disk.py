"""A disk without room: the daemon says so and ends; what is owed stays owed, and goes out under the id it had."""

import os
import resource
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from healthcheckd.simulator import CATALOGUE, ScriptedSession
from tests.acceptance.machine import Machine, Program, machine, until
from tests.fakes.smtp import Scripted

pytestmark = pytest.mark.acceptance

ACCOUNT = """
[[accounts]]
id = "main/shop"
owner_email = "shop@example.com"
"""
OWNED = "SELECT message_id FROM notices WHERE kind = 'action_required' AND message_id IS NOT NULL"
PHONE = "442079461000"
FEW = "200 ms"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small one of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = os.geteuid() == 0 and not subprocess.call(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", folder])
    if not mounted:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.check_call(["umount", folder])


@pytest.fixture
async def post() -> AsyncIterator[Scripted]:
    server = Scripted()
    async with server.serving():
        yield server


@pytest.fixture
async def here(tmp_path: Path, post: Scripted) -> AsyncIterator[Machine]:
    """With one account, whose mail goes to `post`."""
    async with machine(tmp_path, [ScriptedSession("shop", CATALOGUE["steady"], PHONE)]) as made:
        made.write(ACCOUNT, cadence="every 1 second")
        text = made.config.read_text().replace(f"port = {made.mail.port}", f"port = {post.port}")
        text = text.replace('critical_after = "2 seconds"', 'critical_after = "1 hour"')
        made.config.write_text(text.replace('action_required_after = "1 second"', f'action_required_after = "{FEW}"'))
        yield made


def fill(disk: Path) -> None:
    with suppress(OSError), (disk / "filler").open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))


def limit(program: Program, size: int) -> None:
    """No file of the daemon may grow beyond so many bytes."""
    _, most = resource.prlimit(program.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(program.process.pid, resource.RLIMIT_FSIZE, (size, most))


async def fall(here: Machine) -> None:
    await until(lambda: here.rows("SELECT health FROM accounts") == [("Healthy",)], "it is seen well")
    here.gateway.replace(ScriptedSession("shop", CATALOGUE["logged-out"].after(0.01), PHONE))


def said_plainly(program: Program, *words: str) -> None:
    assert all(word in program.log for word in words), program.log
    assert "Traceback" not in program.log


async def everything_arrives(here: Machine, post: Scripted) -> int:
    """By a daemon that has room again; how often the owner was asked to act, always under one id."""
    await here.daemon()
    [(name,)] = await until(lambda: here.rows(f"{OWNED} AND state = 'sent'"), "it is sent")
    return [letter.message_id for letter in post.letters].count(name)


async def test_a_disk_that_fills_up_while_a_mail_is_sent_costs_a_repeat_under_the_same_id(
    disk: Path, here: Machine, post: Scripted
) -> None:
    """And as long as it is full, every start ends with the same words, asks no gateway and sends nothing."""
    here.config.write_text(here.config.read_text().replace(f"{here.database}", f"{disk}/hc.db"))
    here.database.symlink_to(disk / "hc.db")

    async def filling(step: str) -> None:
        if step == "END":
            fill(disk)

    daemon, post.before = await here.daemon(), filling
    await fall(here)
    assert await daemon.ends() == 1
    said_plainly(daemon, f"{disk}/hc.db: the disk is full", f"Try: df -h {disk}")
    asked = here.gateway.requests.total
    for _ in range(2):
        again = await here.run("--config", str(here.config))
        assert await again.ends() == 1
        said_plainly(again, "the disk is full")
    assert (len(post.letters), here.gateway.requests.total) == (1, asked)
    post.before = filling_no_more
    (disk / "filler").unlink()
    assert await everything_arrives(here, post) == 2
    await here.stop()


async def filling_no_more(step: str) -> None:
    """There is room again."""


async def test_a_file_that_may_not_grow_ends_the_daemon_and_loses_nothing(here: Machine, post: Scripted) -> None:
    post.answers = {"MAIL": "451 later"}
    daemon = await here.daemon()
    await fall(here)
    await until(lambda: here.rows(OWNED), "it is owed, and was tried")
    limit(daemon, 4096)
    assert await daemon.ends() == 1
    said_plainly(daemon, "reading or writing the disk failed", "df -h")
    assert post.letters == []
    post.answers = {}
    assert await everything_arrives(here, post) == 1
