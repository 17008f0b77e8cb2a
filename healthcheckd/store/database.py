"""The store, put together: one database, one owner, and a face for each of its users."""

import asyncio
import os
import sqlite3
import uuid
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from healthcheckd.domain.policy import Policy
from healthcheckd.ports.store import Renamed
from healthcheckd.settings import Settings
from healthcheckd.store import holds
from healthcheckd.store.acknowledging import Incidents
from healthcheckd.store.attempts import Attempts
from healthcheckd.store.backup import backup
from healthcheckd.store.configuration import sync_configuration
from healthcheckd.store.core import Core
from healthcheckd.store.counters import Messages
from healthcheckd.store.deliveries import Deliveries
from healthcheckd.store.failures import in_plain_words
from healthcheckd.store.hearing import Hearings
from healthcheckd.store.life import Life
from healthcheckd.store.lock import InstanceLock
from healthcheckd.store.maintenance import Maintained
from healthcheckd.store.notices import Notices
from healthcheckd.store.owner import Owner, transaction
from healthcheckd.store.readdressing import readdress
from healthcheckd.store.renaming import rename_gateway
from healthcheckd.store.rows import written
from healthcheckd.store.runs import Runs
from healthcheckd.store.silencing import Silences
from healthcheckd.store.sweeps import Sweeps
from healthcheckd.store.terms import Terms, terms_of
from healthcheckd.store.tokens import ExpiringTokens
from healthcheckd.store.upgrade import Extend, upgrade
from healthcheckd.store.vitality import Vitality


class Store:
    """Everything the daemon keeps. Built by `open` alone."""

    def __init__(self, core: Core, lock: InstanceLock) -> None:
        self.core = core
        self.sweeps = Sweeps(core)
        self.attempts = Attempts(core)
        self.notices = Notices(core)
        self.deliveries = Deliveries(core)
        self.runs = Runs(core)
        self.messages = Messages(core)
        self.hearings = Hearings(core)
        self.life = Life(core)
        self.tokens = ExpiringTokens(core)
        self.maintenance = Maintained(core)
        self.silences = Silences(core)
        self.incidents = Incidents(core)
        self.vitality = Vitality(core)
        self._lock = lock

    @classmethod
    async def open(
        cls, path: Path, settings: Settings, policy: Policy, now: datetime, extend: Extend = lambda seconds: None
    ) -> "Store":
        """Take the database for this process, bring its schema up to date, and note what the configuration says.

        Raises `AlreadyRunning` while another process has it, and `StoreError` when it cannot be used.
        """
        _make_private(path)
        lock = InstanceLock(path)
        lock.acquire()
        owner = Owner(path)
        try:
            await owner.open(lambda database: _prepare(database, path, now, extend))
            store = cls(Core(owner, terms_of(settings, policy)), lock)
            await store.sync_configuration(settings, now)
            await store.readdress(settings, now)
            await store.maintenance.renew(now)
        except BaseException:
            await owner.close()
            lock.release()
            raise
        return store

    @property
    def path(self) -> Path:
        return self.core.owner.path

    @property
    def policy(self) -> Policy:
        return self.core.terms.policy

    async def woke(self, at: datetime) -> None:
        await self.life.woke(at)

    def replace_policy(self, settings: Settings, policy: Policy) -> None:
        """In force from the next call on."""
        self.core.terms = terms_of(settings, policy)

    async def sync_configuration(self, settings: Settings, now: datetime, renamed: Renamed | None = None) -> None:
        """With what a gateway is called from now on, if it has another name there. Raises `UnknownName`, `Refused`."""

        def work(connection: sqlite3.Connection, _: Terms) -> None:
            if renamed is not None:
                rename_gateway(connection, renamed, now)
            sync_configuration(connection, settings, now)

        await self.core.run(work)

    async def readdress(self, settings: Settings, now: datetime) -> None:
        """Let those hear of lasting outages whom these settings, which are in force already, name."""
        await self.core.run(lambda connection, terms: readdress(connection, terms, settings, now))

    async def hold(self, gateway: str, until: datetime | None, comment: str, by: str, now: datetime) -> bool:
        """An empty gateway is all of them. False when it already was so."""
        return await self.core.run(lambda connection, _: holds.set_hold(connection, gateway, until, comment, by, now))

    async def release(self, gateway: str, now: datetime) -> bool:
        """False when nothing was held."""
        return await self.core.run(lambda connection, _: holds.lift_hold(connection, gateway, now))

    async def backup(self, target: Path) -> int:
        """Beside the work, in a thread of its own; returns bytes."""
        return await asyncio.to_thread(backup, self.path, target)

    async def close(self) -> None:
        """Waits for what is under way."""
        await self.core.owner.close()
        self._lock.release()


def _make_private(path: Path) -> None:
    """Created before SQLite sees it, so that the journal beside it gets the same mode."""
    with in_plain_words(path):
        path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o640))
        except FileExistsError:
            return


def _prepare(database: Database, path: Path, now: datetime, extend: Extend) -> None:
    upgrade(database, path, now, extend)
    with transaction(database) as connection:
        _found_installation(connection, now)


def _found_installation(connection: sqlite3.Connection, now: datetime) -> None:
    connection.execute(
        "INSERT INTO daemon (id, installation, created_at) VALUES (1, ?, ?) ON CONFLICT (id) DO NOTHING",
        (uuid.uuid4().hex, written(now)),
    )
