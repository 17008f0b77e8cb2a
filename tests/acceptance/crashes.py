"""Kill -9 at every step of write, send and record, again and again: `python -m tests.acceptance.crashes --runs 100`."""

import argparse
import asyncio
import random
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path

from healthcheckd.simulator import CATALOGUE, ScriptedSession
from tests.acceptance.machine import PATIENCE, Machine, machine, until
from tests.acceptance.nursery import nursery_of, run_daemon
from tests.fakes.smtp import Scripted

SEED = 20260301
OWNED = """
[[accounts]]
id = "main/{name}"
owner_email = "{name}@example.com"
"""
MORE = """
[blast]
least = 1000
"""
SMTP_STEPS = ("CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "END", "QUIT")
POINTS = (
    "before the commit",
    "after the commit",
    *(f"before {step} is answered" for step in SMTP_STEPS[:-1]),
    "after the 250",
    "at QUIT",
    "after the record",
)
OWED = "SELECT count(*) FROM notices WHERE recipient = ? AND message_id IS NULL"
RECORDED = "SELECT count(*) FROM notices WHERE state = 'sent'"


@dataclass
class Figures:
    """`lost` never arrived, `renamed` has two Message-IDs, `strange` arrived under an id of no notice; `repeated`
    arrived more than once under their one id, which is allowed."""

    runs: Counter[str] = field(default_factory=Counter)
    unrecorded: int = 0
    notices: int = 0
    mails: int = 0
    repeated: int = 0
    lost: int = 0
    renamed: int = 0
    strange: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        both = Figures(self.runs + other.runs)
        for name in ("unrecorded", "notices", "mails", "repeated", "lost", "renamed", "strange"):
            setattr(both, name, getattr(self, name) + getattr(other, name))
        return both

    def lines(self) -> Iterator[str]:
        for point, runs in self.runs.items():
            yield f"{runs:5}  killed {point}"
        yield f"{self.runs.total():5}  kills in all, {self.unrecorded} of them left a mail accepted and not recorded"
        yield f"{self.notices:5}  notices owed, {self.mails} mails arrived, {self.repeated} of them repeats of one id"
        yield f"{self.lost:5}  lost, {self.renamed} under two ids, {self.strange} under an id that nobody knows"


@dataclass
class Trial:
    """One machine, whose accounts fall one after the other; the daemon is killed once for each."""

    here: Machine
    post: Scripted
    nursery: ForkServerContext
    chance: random.Random
    figures: Figures = field(default_factory=Figures)
    names: dict[str, set[str]] = field(default_factory=dict)
    unrecorded: set[str] = field(default_factory=set)
    starts: int = 0
    _process: BaseProcess | None = None
    _fatal: str = ""
    _killed: asyncio.Event = field(default_factory=asyncio.Event)

    def start(self) -> None:
        self.starts += 1
        arguments = (str(self.here.config), str(self.here.folder / "daemon.log"))
        self._process = self.nursery.Process(target=run_daemon, args=arguments)
        self._process.start()

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process = None
        self._killed.set()

    async def ready(self) -> None:
        await self.here.manager.hears("READY=1", times=self.starts)

    async def crash(self, name: str, number: int, point: str) -> None:
        """Let one account fall, and kill the daemon at that point."""
        self._killed.clear()
        self._fatal = point
        if self._process is None:
            self.start()
        await self.ready()
        read = self.here.gateway.requests.total
        before = self._count(RECORDED)
        self.here.gateway.replace(ScriptedSession(name, CATALOGUE["logged-out"].after(0.01), phone(number)))
        match point:
            case "before the commit":
                await self._soon(lambda: self.here.gateway.requests.total > read, point)
                await asyncio.sleep(self.chance.uniform(0, 0.02))
                self.kill()
            case "after the commit":
                await self._soon(lambda: self._count(OWED, f"{name}@example.com"), point)
                self.kill()
            case "after the record":
                await self._soon(lambda: self._count(RECORDED) > before, point)
                self.kill()
            case _:
                await asyncio.wait_for(self._killed.wait(), PATIENCE)
        self._fatal = ""
        self._remember()
        self.figures.runs[point] += 1
        unrecorded = self._arrived().keys() - self._recorded()
        self.figures.unrecorded += not unrecorded <= self.unrecorded
        self.unrecorded |= unrecorded

    async def before(self, step: str) -> None:
        if self._fatal in {f"before {step} is answered", f"at {step}"}:
            self.kill()

    async def after(self, step: str) -> None:
        if self._fatal == "after the 250" and step == "END":
            self.kill()

    async def settle(self, names: Sequence[str]) -> Figures:
        """Start once more, wait until nothing is owed, and count."""
        self.start()
        await self.ready()
        everybody = {"ops@example.com", *(f"{name}@example.com" for name in names)}
        await until(lambda: everybody <= {one.recipient for one in self.post.letters}, "all are told", 3 * PATIENCE)
        await until(lambda: not self.still_owed(), "nothing is owed any more", 3 * PATIENCE)
        self._remember()
        self.kill()
        return self._counted()

    def still_owed(self) -> int:
        """Reminders of the days to come apart."""
        return self._count(STILL_OWED)

    def _counted(self) -> Figures:
        arrived, figures = self._arrived(), self.figures
        figures.notices, figures.mails = len(self.names), arrived.total()
        figures.repeated = arrived.total() - len(arrived)
        sent = self.here.rows("SELECT key FROM notices WHERE state = 'sent'")
        figures.lost = sum(not self.names[key] & arrived.keys() for (key,) in sent)
        figures.renamed = sum(len(known) > 1 for known in self.names.values())
        figures.strange = len(arrived.keys() - set().union(*self.names.values()))
        return figures

    def _remember(self) -> None:
        for key, name in self.here.rows("SELECT key, message_id FROM notices WHERE message_id IS NOT NULL"):
            self.names.setdefault(key, set()).add(name)

    def _arrived(self) -> Counter[str]:
        return Counter(letter.message_id for letter in self.post.letters)

    def _recorded(self) -> set[str]:
        return {name for (name,) in self.here.rows("SELECT DISTINCT message_id FROM notices WHERE state = 'sent'")}

    def _count(self, query: str, *values: object) -> int:
        [(count,)] = self.here.rows(query, *values)
        return int(count)

    async def _soon(self, condition: Callable[[], object], what: str) -> None:
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while not condition():
            assert asyncio.get_running_loop().time() < deadline, f"it never came about: {what}"
            await asyncio.sleep(0.001)


STILL_OWED = (
    "SELECT count(*) FROM notices WHERE state = 'owed' AND due_at <= strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+1 hour')"
)


def phone(number: int) -> str:
    return f"4420794{number:05d}"


@asynccontextmanager
async def trial(folder: Path, names: Sequence[str], nursery: ForkServerContext, seed: int) -> AsyncIterator[Trial]:
    """All are seen well, and the daemon runs."""
    cast = [ScriptedSession(name, CATALOGUE["steady"], phone(number)) for number, name in enumerate(names)]
    post = Scripted()
    async with machine(folder, cast) as here, post.serving() as port:
        here.write(MORE + "".join(OWNED.format(name=name) for name in names), cadence="every 1 second")
        told = here.config.read_text().replace(f"port = {here.mail.port}", f"port = {port}")
        told = told.replace('collect = "300 ms"', 'collect = "300 ms"\nlease = "500 ms"')
        here.config.write_text(told.replace('action_required_after = "1 second"', 'action_required_after = "50 ms"'))
        made = Trial(here, post, nursery, random.Random(seed))
        post.before, post.after = made.before, made.after
        try:
            made.start()
            await made.ready()
            healthy = "SELECT count(*) FROM accounts WHERE health = 'Healthy'"
            await until(lambda: here.rows(healthy) == [(len(names),)], "all are seen well")
            yield made
        finally:
            made.kill()


async def crashed(folder: Path, points: Sequence[str], nursery: ForkServerContext, seed: int = SEED) -> Figures:
    """One account falls, and one kill happens, for each of the points."""
    names = [f"shop{number}" for number in range(len(points))]
    async with trial(folder, names, nursery, seed) as made:
        for number, (name, point) in enumerate(zip(names, points, strict=True)):
            await made.crash(name, number, point)
        return await made.settle(names)


async def measured(runs: int, seed: int) -> Figures:
    chance, total, nursery = random.Random(seed), Figures(), nursery_of()
    points = [POINTS[number % len(POINTS)] for number in range(runs)]
    chance.shuffle(points)
    for start in range(0, runs, len(POINTS)):
        with tempfile.TemporaryDirectory(prefix="hc-") as folder:
            total += await crashed(Path(folder), points[start : start + len(POINTS)], nursery, seed + start)
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=len(POINTS))
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args()
    figures = asyncio.run(measured(given.runs, given.seed))
    print(f"seed {given.seed}", *figures.lines(), sep="\n")
    sys.exit(bool(figures.lost or figures.renamed or figures.strange))


if __name__ == "__main__":
    main()
