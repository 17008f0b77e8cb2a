"""`healthcheck` as people call it, against the real API of a made-up daemon, or a real database and no daemon."""

import asyncio
import socket
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from healthcheckd.api.app import Surface, create_app
from healthcheckd.api.serving import serving
from healthcheckd.api.socket import ControlSocket
from healthcheckd.cli.main import main
from healthcheckd.store.migrations import migrations
from healthcheckd.store.rows import written
from tests.contract.api.fakes import FakeDaemon, KnownCaller, StillClock
from tests.contract.database.conftest import Book


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


Run = Callable[..., Awaitable[Ended]]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a configuration, and nothing of this machine around it."""
    for name in ("TZ", "HEALTHCHECKD_CONFIG", "HEALTHCHECKD_DATABASE", "HEALTHCHECKD_SOCKET", "COLUMNS", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "configuration"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hc.toml").write_text('[daemon]\ndatabase = "hc.db"\n[control]\nsocket = "c.sock"\n')
    return tmp_path


@pytest.fixture
def run(place: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in a thread, as another process would."""

    async def running(*argv: str) -> Ended:
        capsys.readouterr()
        code = await asyncio.to_thread(main, ["--config", str(place / "hc.toml"), *argv])
        captured = capsys.readouterr()
        return Ended(code, captured.out, captured.err)

    return running


@pytest.fixture
def identity() -> KnownCaller:
    return KnownCaller()


@pytest.fixture
async def daemon(place: Path, identity: KnownCaller) -> AsyncIterator[FakeDaemon]:
    made_up = FakeDaemon()
    control = ControlSocket(place / "c.sock", "nobody-is-in-this-group")
    app = create_app(made_up.control(), StillClock(), Surface("socket", identity))
    async with serving(app, control.bind()):
        yield made_up


class Fleet(Book):
    """A database that a daemon left behind; `now` is the real one, for nobody can tell the command another."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self.now = datetime.now(UTC)

    def ago(self, **length: float) -> str:
        return written(self.now - timedelta(**length))

    def daemon(self, **columns: object) -> None:
        started, beat = self.ago(days=12, hours=4), self.ago(seconds=20)
        row = {"name": "eu", "pid": 7, "version": "0.1.0", "started_at": started, "beat_at": beat, **columns}
        self.put("daemon", id=1, installation="i", created_at=started, **row)


@pytest.fixture
def fleet(place: Path) -> Iterator[Fleet]:
    """Whatever is put in is there for the next command."""
    with closing(sqlite3.connect(place / "hc.db", isolation_level=None)) as connection:
        database = Database(connection)
        migrations.apply(database)
        yield Fleet(connection)


@pytest.fixture
def listener(place: Path) -> Iterator[None]:
    """Somebody listens at the socket and says nothing."""
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as listening:
        listening.bind(str(place / "c.sock"))
        listening.listen()
        yield
