"""What a container gives us, without an engine: another user, a root that cannot be written, two folders that can."""

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from healthcheckd.simulator import CATALOGUE, ScriptedSession, Simulator

FOLDER = Path(__file__).parents[2] / "systemd" / "container"
COMPOSE = sorted(FOLDER.glob("compose.*.yaml"))
UID = 10001

pytestmark = pytest.mark.acceptance


def instructions() -> list[tuple[str, str]]:
    text = (FOLDER / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in text.splitlines()) if word.isupper()]


def environment_of_image() -> dict[str, str]:
    [pairs] = [rest for word, rest in instructions() if word == "ENV"]
    return dict(re.findall(r"(HEALTHCHECKD_\w+)=(\S+)", pairs))


def test_the_image_runs_as_nobody_in_particular_and_without_a_shell() -> None:
    said = dict(instructions())
    assert said["USER"] == f"{UID}:{UID}"
    assert said["ENTRYPOINT"] == '["healthcheckd"]'
    assert said["STOPSIGNAL"] == "SIGTERM"
    assert 'CMD ["healthcheck", "ping"]' in said["HEALTHCHECK"]


@pytest.mark.parametrize("file", COMPOSE, ids=lambda file: file.name)
def test_every_variable_that_is_set_is_one_that_is_read(file: Path) -> None:
    from healthcheckd.config.environment import GATEWAY_KEYS, KEYS

    text = file.read_text(encoding="utf-8")
    ours = text[text.index("  healthcheckd:\n") : text.index("    volumes:\n      - healthcheckd-data")]
    named = set(re.findall(r"^      ([A-Z_]+): ", ours, flags=re.MULTILINE))
    assert {"GATEWAY_URL", "OPERATOR_EMAIL", "SMTP_HOST"} <= named <= {*KEYS, *GATEWAY_KEYS}
    assert re.search(r"^      GATEWAY_URL: http://(waha|wppconnect):\d+$", ours, flags=re.MULTILINE)
    assert "read_only: true" in text and "cap_drop: [ALL]" in text and "no-new-privileges:true" in text


def may_make_namespaces() -> bool:
    if os.geteuid() != 0 or not (shutil.which("unshare") and shutil.which("setpriv")):
        return False
    return subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode == 0


needs_namespaces = pytest.mark.skipif(not may_make_namespaces(), reason="mount namespaces cannot be made here")

# As the runtime does it: the whole tree read-only, a volume and two temporary folders, no right left, another user.
PREPARE = """
set -e
mount --make-rprivate /
mount -o remount,bind,ro /
mount -t tmpfs -o mode=0755 tmpfs /run
mkdir -p /run/healthcheckd && chown {uid}:{uid} /run/healthcheckd
mkdir /run/volume && mount --bind {volume} /run/volume && mount -o remount,bind,rw /run/volume
exec setpriv --reuid {uid} --regid {uid} --clear-groups --bounding-set=-all --no-new-privs "$@"
"""


@pytest.fixture
def volume() -> Iterator[Path]:
    """Outside the folders of the test, which nobody else may enter."""
    folder = Path("/var/tmp") / f"healthcheckd-volume-{os.getpid()}"
    folder.mkdir(mode=0o750)
    os.chown(folder, UID, UID)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
async def gateway() -> AsyncIterator[Simulator]:
    async with Simulator([ScriptedSession("steady", CATALOGUE["steady"], "551199888")], api_key="k") as simulator:
        yield simulator


def environment(gateway: Simulator) -> dict[str, str]:
    image = environment_of_image()
    assert image["HEALTHCHECKD_DATABASE"].startswith("/data/")
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HEALTHCHECKD_SOCKET": image["HEALTHCHECKD_SOCKET"],
        "HEALTHCHECKD_DATABASE": "/run/volume/healthcheckd.db",
        "GATEWAY_KIND": "waha",
        "GATEWAY_URL": gateway.url,
        "GATEWAY_API_KEY": "k",
    }


def inside(volume: Path) -> tuple[str, ...]:
    script = PREPARE.format(uid=UID, volume=volume)
    return ("unshare", "--mount", "sh", "-c", script, "sh")


def readable_by_others() -> bool:
    """The interpreter and the packages may lie in root's own home."""
    words = ("setpriv", "--reuid", str(UID), "--clear-groups", sys.executable, "-c", "import aiohttp")
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


@needs_namespaces
@pytest.mark.skipif("not readable_by_others()", reason="other users cannot read this Python")
async def test_it_runs_answers_and_stops_there(volume: Path, gateway: Simulator) -> None:
    """Also that a write elsewhere is refused: the test would prove nothing where everything can be written."""
    daemon = await start(volume, gateway)
    try:
        [account] = await answering(daemon, gateway)
        assert account["health"] == "Healthy"
        refused = await within(daemon.pid, "touch", "/var/tmp/here", env=environment(gateway))
        assert "Read-only file system" in refused.stderr
    finally:
        daemon.send_signal(signal.SIGTERM)
        await asyncio.wait_for(daemon.wait(), 20)
    assert (volume / "healthcheckd.db").stat().st_uid == UID


async def start(volume: Path, gateway: Simulator) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *inside(volume),
        sys.executable,
        "-m",
        "healthcheckd.daemon.main",
        env=environment(gateway),
        stderr=asyncio.subprocess.PIPE,
    )


async def answering(daemon: asyncio.subprocess.Process, gateway: Simulator) -> list[dict[str, Any]]:
    """The accounts, once all were read; asked from inside, as the health check of the image is."""
    async with asyncio.timeout(60):
        while daemon.returncode is None:
            alive = await enter(daemon.pid, "ping", env=environment(gateway))
            asked = await enter(daemon.pid, "accounts", "list", "--json", env=environment(gateway))
            if (
                alive.returncode == 0
                and (accounts := json.loads(asked.stdout or "[]"))
                and accounts[0]["last_checked_at"]
            ):
                return list(accounts)
    raise AssertionError(await daemon.stderr.read() if daemon.stderr else "it ended")


async def enter(pid: int, *words: str, env: dict[str, str]) -> "subprocess.CompletedProcess[Any]":
    """`docker exec healthcheck …`."""
    return await within(pid, sys.executable, "-m", "healthcheckd", *words, env=env)


async def within(pid: int, *words: str, env: dict[str, str]) -> "subprocess.CompletedProcess[Any]":
    """In the daemon's mounts, as its user."""
    command = (
        "nsenter",
        "--mount",
        f"--target={pid}",
        "setpriv",
        f"--reuid={UID}",
        f"--regid={UID}",
        "--clear-groups",
        *words,
    )
    return await asyncio.to_thread(subprocess.run, command, env=env, capture_output=True, text=True, check=False)
