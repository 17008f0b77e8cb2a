"""The store as the sign of life sees it."""

import sqlite3
from datetime import datetime

from healthcheckd.domain.vitality import VitalSigns
from healthcheckd.settings import HEALTH_CHECK
from healthcheckd.store.core import Core
from healthcheckd.store.life import beat
from healthcheckd.store.outgoing import speaks
from healthcheckd.store.rows import instant_or_none
from healthcheckd.store.waiting import waiting


class Vitality:
    """Fills `VitalStore`."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def vital_signs(self, now: datetime) -> VitalSigns:
        return await self._core.run(lambda connection, _: _signs(connection, now))


def _signs(connection: sqlite3.Connection, now: datetime) -> VitalSigns:
    beat(connection, now)
    swept = connection.execute(
        "SELECT max(ended_at) FROM job_runs WHERE job = ? AND ended_at IS NOT NULL AND error = ''", (HEALTH_CHECK,)
    ).fetchone()[0]
    return VitalSigns(instant_or_none(swept), waiting(connection, now)[1] if speaks(connection) else None)
