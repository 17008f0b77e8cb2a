"""Everything that has to run for a demonstration, and its end: the daemon by its process, the servers with us."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import healthcheckd
from healthcheckd.cli.demo.kinds import Kind
from healthcheckd.cli.demo.pace import Pace, configuration
from healthcheckd.config.environment import GATEWAY_KEYS, KEYS
from healthcheckd.errors import HealthcheckError
from healthcheckd.notify.sink import MailSink
from healthcheckd.simulator import ScriptedSession, Simulator, script

OWNERS = {
    "bakery": "rosa@example.com",
    "shop-centro": "centro@example.com",
    "clinic": "vida@example.com",
    "bookings": "harbour@example.com",
    "courier": "night@example.com",
    "repairs": "bikes@example.com",
}

_DRAIN_SECONDS = 12.0


@dataclass(frozen=True, slots=True)
class Stage:
    kind: Kind
    folder: Path
    simulator: Simulator
    sink: MailSink
    daemon: asyncio.subprocess.Process

    @property
    def config(self) -> Path:
        return self.folder / "healthcheckd.toml"

    @property
    def log(self) -> Path:
        return self.folder / "daemon.log"

    def begin(self) -> None:
        """Until now all was well with everybody; from now on the scripts are played."""
        for session in self.kind.cast():
            self.simulator.replace(session)

    def check_daemon(self) -> None:
        """Raises when it has ended."""
        if (code := self.daemon.returncode) is not None:
            raise HealthcheckError(f"the daemon ended with {code}", where=str(self.log), hint=f"tail {self.log}")


@asynccontextmanager
async def stage(kind: Kind, folder: Path, pace: Pace, environ: Mapping[str, str]) -> AsyncIterator[Stage]:
    """Set up in `folder`, which is kept; whatever happens, nothing runs on afterwards."""
    sink = MailSink(folder / "mails")
    cast = [_well(session) for session in kind.cast()]
    async with Simulator(cast, dialect=kind.name, api_key=kind.key, speed=pace.speed) as simulator:
        port = await sink.open()
        try:
            config = _written(folder, configuration(pace, kind, simulator.url, port, OWNERS))
            daemon = await _start(config, environ)
            try:
                yield Stage(kind, folder, simulator, sink, daemon)
            finally:
                await _end(daemon)
        finally:
            await sink.close()


def _well(session: ScriptedSession) -> ScriptedSession:
    return replace(session, script=script("steady"))


def _written(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "healthcheckd.toml"
    config.touch(0o600)
    config.write_text(text, encoding="utf-8")
    return config


async def _start(config: Path, environ: Mapping[str, str]) -> asyncio.subprocess.Process:
    """In a session of its own: Ctrl-C is ours to pass on."""
    with (config.parent / "daemon.log").open("wb") as log:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "healthcheckd.daemon.main", "--config", str(config)),
            cwd=config.parent,
            env=_undisturbed(environ),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _undisturbed(environ: Mapping[str, str]) -> dict[str, str]:
    """Without what would configure another daemon; with the way to this very program."""
    ours = {**KEYS, **GATEWAY_KEYS, "HEALTHCHECKD_CONFIG": "", "NOTIFY_SOCKET": "", "WATCHDOG_USEC": ""}
    kept = {name: value for name, value in environ.items() if name not in ours}
    here = str(Path(healthcheckd.__file__).parents[1])
    return kept | {"PYTHONPATH": os.pathsep.join(filter(None, (here, kept.get("PYTHONPATH", ""))))}


async def _end(daemon: asyncio.subprocess.Process) -> None:
    """Asked first, forced when it does not hear."""
    for end in (daemon.terminate, daemon.kill):
        if daemon.returncode is not None:
            return
        with suppress(ProcessLookupError):
            end()
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(asyncio.ensure_future(daemon.wait())), _DRAIN_SECONDS)
