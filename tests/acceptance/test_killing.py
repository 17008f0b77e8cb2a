"""Killed at any moment: nothing owed is lost, nothing is said under two names, no slot is attempted twice."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from healthcheckd.simulator import CATALOGUE, ScriptedSession
from tests.acceptance.machine import Machine, machine, until
from tests.acceptance.nursery import run_daemon

pytestmark = pytest.mark.acceptance

KILLS = 10
SEED = 20260301
OWNERS = """
[[accounts]]
id = "main/{name}"
owner_email = "{name}@example.com"
"""
RESTARTED = ("never-up", "also-down")
DOWN = {"never-up": "restart-fails", "also-down": "restart-fails", "logged-out": "logged-out"}


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Machine]:
    """With four accounts that are well."""
    names = (*DOWN, "well")
    cast = [ScriptedSession(name, CATALOGUE["steady"], f"44207946020{n}") for n, name in enumerate(names)]
    async with machine(tmp_path, cast) as made:
        made.write("".join(OWNERS.format(name=name) for name in DOWN), cadence="every 1 second")
        yield made


async def fall(here: Machine) -> None:
    """Two that no restart mends, and one that waits for its owner; once all were seen well."""
    healthy = "SELECT count(*) FROM accounts WHERE health = 'Healthy'"
    await until(lambda: here.rows(healthy) == [(len(DOWN) + 1,)], "all are seen well")
    for number, (name, script) in enumerate(DOWN.items()):
        here.gateway.replace(ScriptedSession(name, CATALOGUE[script].after(0.01), f"44207946020{number}"))


def attempts(here: Machine) -> Counter[str]:
    """Begun, by session; `cut off` counts those that a kill ended."""
    counted: Counter[str] = Counter()
    found = here.rows(
        "SELECT session, result FROM attempts JOIN accounts ON key = account WHERE attempts.started_at IS NOT NULL"
    )
    for session, result in found:
        counted[session] += 1
        counted[f"{session} cut off"] += result in {None, "interrupted"}
    return counted


def named(here: Machine) -> dict[str, str]:
    """Every notice that has its Message-ID, by its key."""
    return dict(here.rows("SELECT key, message_id FROM notices WHERE message_id IS NOT NULL"))


def owed(here: Machine) -> int:
    soon = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+1 hour')"
    [(count,)] = here.rows(f"SELECT count(*) FROM notices WHERE state = 'owed' AND due_at <= {soon}")
    return int(count)


def restarts(here: Machine, session: str) -> int:
    return here.gateway.requests.verbs(session).count("restart")


@contextmanager
def running(here: Machine, nursery: ForkServerContext) -> Iterator[None]:
    """Killed at the end, whatever it is doing."""
    process = nursery.Process(target=run_daemon, args=(str(here.config), str(here.folder / "daemon.log")))
    process.start()
    try:
        yield
    finally:
        process.kill()
        process.join()


async def killed_again_and_again(here: Machine, nursery: ForkServerContext, chance: random.Random) -> dict[str, str]:
    """Returns the Message-IDs as they were fixed first."""
    names: dict[str, str] = {}
    for turn in range(1, KILLS + 1):
        with running(here, nursery):
            await here.manager.hears("READY=1", times=turn)
            if turn == 1:
                await fall(here)
            await asyncio.sleep(chance.uniform(0, 0.8))
        names = named(here) | names
    return names


async def test_killed_at_ten_random_moments_nothing_is_lost_or_done_twice(
    here: Machine, nursery: ForkServerContext
) -> None:
    print(f"seed {SEED}")
    names = await killed_again_and_again(here, nursery, random.Random(SEED))
    with running(here, nursery):
        everybody = {"ops@example.com", *(f"{name}@example.com" for name in DOWN)}
        await until(lambda: everybody <= {mail.recipient for mail in here.mail.mails}, "all are told")
        await until(lambda: not owed(here), "nothing is owed any more")
        await until(lambda: all(restarts(here, session) for session in RESTARTED), "both are restarted")

    sent = here.rows("SELECT key, message_id FROM notices WHERE state = 'sent'")
    arrived = Counter(str(mail["Message-ID"]) for mail in here.mails())
    assert {name for _, name in sent} == set(arrived)
    assert named(here).items() >= names.items()

    begun = attempts(here)
    for session in RESTARTED:
        made = restarts(here, session)
        assert begun[session] - begun[f"{session} cut off"] <= made <= begun[session]
    assert here.gateway.requests.verbs("logged-out") == []
    assert here.rows("SELECT slot FROM attempts GROUP BY slot HAVING count(*) > 1") == []
    assert here.rows("PRAGMA integrity_check") == [("ok",)]
