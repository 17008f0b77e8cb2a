"""Who asks, by what the kernel says: a real socket, and processes of other users."""

import asyncio
import grp
import os
import pwd
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from healthcheckd.api import socket as control
from healthcheckd.api.app import Surface, create_app
from healthcheckd.api.client import ControlClient
from healthcheckd.api.identity import PeerIdentity, credentials, peer_groups
from healthcheckd.api.serving import serving
from healthcheckd.api.socket import ControlSocket
from healthcheckd.ports.control import Caller
from tests.contract.api.fakes import FakeDaemon, StillClock

READERS, MANAGERS = "daemon", "bin"
"""Groups that every Linux has; the tests use them as ours."""

AS_ANOTHER = """
import json, os, sys
uid, gid, path, groups, sudo = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4], sys.argv[5]
sys.path.insert(0, sys.argv[6])
from pathlib import Path
import healthcheckd.api.unix_http  # while this is still a user who may read the library
from healthcheckd.api.client import ControlClient
from healthcheckd.errors import HealthcheckError
os.environ["SUDO_USER"] = sudo
os.setgroups([int(one) for one in groups.split(",") if one])
os.setgid(gid)
os.setuid(uid)
for method, path_ in (("GET", "/info"), ("POST", "/reload")):
    try:
        ControlClient(Path(path), timeout=10).ask(method, path_)
        print("done")
    except HealthcheckError as error:
        print(error.code, error.hint)
"""

as_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
NOBODY = pwd.getpwnam("nobody")


@pytest.fixture
def open_path() -> Iterator[Path]:
    """In a folder that every user may enter."""
    with tempfile.TemporaryDirectory(prefix="healthcheckd-test-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder) / "control.sock"


@pytest.fixture
async def daemon(open_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeDaemon]:
    """Anybody may connect, so that what is tested is identity and not the rights of the file."""
    monkeypatch.setattr(control, "READ_GROUP", READERS)
    made_up = FakeDaemon()
    app = create_app(made_up.control(), StillClock(), Surface("socket", PeerIdentity(open_path, MANAGERS)))
    async with serving(app, ControlSocket(open_path, MANAGERS).bind()):
        set_mode(open_path, 0o666)
        yield made_up


def set_mode(path: Path, mode: int) -> None:
    path.chmod(mode)


async def ask_as(path: Path, uid: int, *, groups: tuple[str, ...] = (), sudo: str = "") -> list[str]:
    listed = ",".join(str(grp.getgrnam(group).gr_gid) for group in groups)
    root = Path(__file__).parents[3]
    command = [sys.executable, "-c", AS_ANOTHER, str(uid), str(NOBODY.pw_gid), str(path), listed, sudo, str(root)]
    ran = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, timeout=30, check=True)
    return ran.stdout.splitlines()


def last_caller(daemon: FakeDaemon) -> Caller:
    caller = daemon.asked[-1][-1]
    assert isinstance(caller, Caller)
    return caller


async def test_the_daemons_own_user_manages(
    daemon: FakeDaemon, open_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SUDO_USER", raising=False)
    await asyncio.to_thread(ControlClient(open_path, timeout=10).post, "/reload")
    assert last_caller(daemon) == Caller(pwd.getpwuid(os.getuid()).pw_name, "socket", may_read=True, may_manage=True)


@as_root
class TestOtherUsers:
    async def test_root_says_for_whom_it_acts(
        self, daemon: FakeDaemon, open_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SUDO_USER", "ana maría\x1b[31m")
        await asyncio.to_thread(ControlClient(open_path, timeout=10).post, "/reload")
        assert last_caller(daemon).who == "root (sudo: ana maría[31m)"

    async def test_a_member_of_the_managing_group_manages(self, daemon: FakeDaemon, open_path: Path) -> None:
        assert await ask_as(open_path, NOBODY.pw_uid, groups=(MANAGERS,)) == ["done", "done"]
        assert last_caller(daemon).who == "nobody"

    async def test_a_member_of_the_sockets_group_reads(self, daemon: FakeDaemon, open_path: Path) -> None:
        read, changed = await ask_as(open_path, NOBODY.pw_uid, groups=(READERS,))
        assert read == "done"
        assert changed.startswith("forbidden sudo healthcheck …, or: sudo usermod -aG bin nobody")

    async def test_anybody_else_does_neither(self, daemon: FakeDaemon, open_path: Path) -> None:
        told = await ask_as(open_path, NOBODY.pw_uid)
        assert [line.split()[0] for line in told] == ["forbidden", "forbidden"]
        assert not daemon.asked

    async def test_nobody_but_root_is_believed_about_sudo(self, daemon: FakeDaemon, open_path: Path) -> None:
        await ask_as(open_path, NOBODY.pw_uid, groups=(MANAGERS,), sudo="root")
        assert last_caller(daemon).who == "nobody"

    async def test_a_user_without_a_name_is_called_by_number(self, daemon: FakeDaemon, open_path: Path) -> None:
        await ask_as(open_path, 54321, groups=(MANAGERS,))
        assert last_caller(daemon).who == "uid 54321"

    async def test_a_closed_socket_names_the_cure(self, daemon: FakeDaemon, open_path: Path) -> None:
        set_mode(open_path, 0o660)
        told = await ask_as(open_path, NOBODY.pw_uid)
        assert told[0] == "unreachable sudo usermod -aG daemon $USER, then log in again"


def test_the_kernel_names_user_and_groups_of_the_other_end() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        uid, gid = credentials(ours)
        assert (uid, gid) == (os.getuid(), os.getgid())
        assert peer_groups(ours, uid, gid) == set(os.getgroups())


class OldKernel:
    """A socket that does not know the option, or has more groups than fit."""

    def getsockopt(self, level: int, option: int, size: int) -> bytes:
        raise OSError("no such option")


def test_without_the_kernels_word_the_group_database_is_asked() -> None:
    user = pwd.getpwnam("nobody")
    listed = set(os.getgrouplist("nobody", user.pw_gid))
    assert peer_groups(OldKernel(), user.pw_uid, user.pw_gid) == listed
    assert peer_groups(OldKernel(), 54321, 7) == {7}
