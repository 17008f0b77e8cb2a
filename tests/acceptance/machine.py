"""A small machine to run the daemon on: a gateway, a mail server, a service manager, and the real programs."""

import asyncio
import contextlib
import os
import signal
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import healthcheckd
from healthcheckd.notify.sink import MailSink
from healthcheckd.simulator import ScriptedSession, Simulator

KEY = "a-key"
PATIENCE = 12.0
CHECK = "whatsapp-health-check"
ROOT = Path(healthcheckd.__file__).parents[1]

CONFIGURATION = """\
[daemon]
database = "{folder}/hc.db"
grace = "{grace}"
[control]
socket = "{folder}/hc.sock"
[operator]
email = ["ops@example.com"]
[health]
critical_after = "2 seconds"
settle = "500 ms"
confirm = "200 ms"
[sweep]
wait = "{wait}"
[reconnect]
after = "500 ms"
base = "500 ms"
per_hour = 1000
per_day = 1000
per_minute = 1000
per_minute_total = 1000
max_streak = 1000
[notify]
operator_after = "1 second"
action_required_after = "1 second"
collect = "300 ms"
operator_per_hour = 1000
owner_per_hour = 1000
per_minute = 1000
[jobs]
whatsapp-health-check = "{cadence}"
[email]
host = "127.0.0.1"
port = {mail}
security = "none"
from = "hc@example.org"
[[gateways]]
name = "main"
kind = "waha"
url = "{gateway}"
api_key = "a-key"
timeout = "20 seconds"
"""


async def until(condition: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """What the condition comes to, as soon as it is true."""
    deadline = asyncio.get_running_loop().time() + patience
    while not (found := condition()):
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"it never came about: {what}")
        await asyncio.sleep(0.02)
    return found


class ServiceManager:
    """Listens where systemd would."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._socket.setblocking(False)
        self._heard: list[str] = []

    @property
    def heard(self) -> list[str]:
        with contextlib.suppress(BlockingIOError):
            while True:
                self._heard.append(self._socket.recv(4096).decode())
        return self._heard

    def count(self, word: str) -> int:
        return sum(word in message.split("\n") for message in self.heard)

    async def hears(self, word: str, times: int = 1) -> None:
        await until(lambda: self.count(word) >= times, f"the service manager hears {word}")

    def close(self) -> None:
        self._socket.close()


@dataclass
class Program:
    """One run of a program; its log is what it wrote to stderr."""

    process: asyncio.subprocess.Process
    log_file: Path

    @property
    def log(self) -> str:
        return self.log_file.read_text()

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    async def says(self, words: str) -> None:
        await until(lambda: words in self.log or self.process.returncode is not None, f"it says {words!r}")
        assert words in self.log, self.log

    async def ends(self, patience: float = PATIENCE) -> int:
        return await asyncio.wait_for(self.process.wait(), patience)


@dataclass
class Machine:
    folder: Path
    gateway: Simulator
    mail: MailSink
    manager: ServiceManager
    programs: list[Program] = field(default_factory=list)

    @property
    def config(self) -> Path:
        return self.folder / "hc.toml"

    @property
    def database(self) -> Path:
        return self.folder / "hc.db"

    @property
    def clean(self) -> dict[str, str]:
        """An environment in which nothing is configured."""
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder), "PYTHONPATH": str(ROOT)}

    def write(self, more: str = "", **values: str) -> None:
        chosen = {"grace": "8 seconds", "wait": "2 seconds", "cadence": "every 1 hour"} | values
        place = {"folder": self.folder, "gateway": self.gateway.url, "mail": self.mail.port}
        self.config.write_text(CONFIGURATION.format(**place, **chosen) + more)
        self.config.chmod(0o640)

    async def run(
        self, *arguments: str, env: Mapping[str, str] | None = None, module: str = "healthcheckd.daemon.main"
    ) -> Program:
        log = self.folder / f"program-{len(self.programs)}.log"
        given = {**self.clean, "NOTIFY_SOCKET": str(self.manager.path)} if env is None else dict(env)
        with log.open("wb") as stderr:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", module, *arguments),
                cwd=self.folder,
                env=given,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=stderr,
                stderr=stderr,
            )
        self.programs.append(Program(process, log))
        return self.programs[-1]

    async def daemon(self, **env: str) -> Program:
        """A daemon that is ready."""
        ready = self.manager.count("READY=1")
        environ = {**self.clean, "NOTIFY_SOCKET": str(self.manager.path), **env}
        program = await self.run("--config", str(self.config), env=environ)
        await until(
            lambda: self.manager.count("READY=1") > ready or program.process.returncode is not None, "it is ready"
        )
        assert program.process.returncode is None, program.log
        return program

    async def command(self, *arguments: str, env: Mapping[str, str] | None = None) -> Program:
        """The CLI, to its end."""
        program = await self.run("--config", str(self.config), *arguments, env=env or self.clean, module="healthcheckd")
        await program.ends()
        return program

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return rows(self.database, query, *values)

    def change(self, statement: str) -> None:
        """Behind the daemon's back."""
        with closing(sqlite3.connect(self.database, timeout=5)) as connection:
            connection.execute(statement)
            connection.commit()

    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(kept.eml.read_bytes(), policy=policy.default) for kept in self.mail.mails]

    async def stop(self) -> None:
        for program in self.programs:
            if program.process.returncode is None:
                program.process.kill()
                await program.process.wait()


def rows(database: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
    """By a connection of our own, as a person with the sqlite3 shell would."""
    with closing(sqlite3.connect(database, timeout=5)) as connection:
        return connection.execute(query, values).fetchall()


@asynccontextmanager
async def machine(folder: Path, cast: Sequence[ScriptedSession], speed: float = 1.0) -> AsyncIterator[Machine]:
    mail, manager = MailSink(folder / "mail"), ServiceManager(folder / "notify.sock")
    async with Simulator(cast, api_key=KEY, speed=speed) as gateway:
        await mail.open()
        made = Machine(folder, gateway, mail, manager)
        made.write()
        try:
            yield made
        finally:
            await made.stop()
            await mail.close()
            manager.close()
