"""How webhooks are doing, by name."""

import sqlite3
from datetime import timedelta

from healthcheckd.domain.reports.webhooks import Standing
from healthcheckd.store.rows import instant_or_none, written
from healthcheckd.store.views.viewpoint import Viewpoint, ask

_REACH = timedelta(days=7)


def standings(connection: sqlite3.Connection, view: Viewpoint) -> dict[str, Standing]:
    """Of every webhook that was ever owed anything, or failed."""
    counts = ask(
        connection,
        "SELECT webhook, count(*) FILTER (WHERE state = 'owed') AS owed,"
        " count(*) FILTER (WHERE state = 'sent') AS sent, count(*) FILTER (WHERE state = 'dead') AS dead,"
        " min(owed_at) FILTER (WHERE state = 'owed') AS oldest,"
        " max(ended_at) FILTER (WHERE state = 'sent') AS last FROM deliveries"
        " WHERE created_at >= ? OR state = 'owed' GROUP BY webhook",
        (written(view.now - _REACH),),
    )
    known = {row["webhook"]: row for row in counts}
    channels = ask(
        connection,
        "SELECT substr(name, 9) AS webhook, last_error, (SELECT started_at FROM incidents WHERE scope = 'channel'"
        " AND subject = channels.name AND ended_at IS NULL) AS failing FROM channels WHERE name LIKE 'webhook:%'",
    )
    failing = {row["webhook"]: row for row in channels}
    return {name: _standing(known.get(name), failing.get(name)) for name in known.keys() | failing.keys()}


def _standing(counted: sqlite3.Row | None, channel: sqlite3.Row | None) -> Standing:
    error, failing = (channel["last_error"], instant_or_none(channel["failing"])) if channel else ("", None)
    if counted is None:
        return Standing(last_error=error, failing_since=failing)
    return Standing(
        owed=counted["owed"],
        sent=counted["sent"],
        dead=counted["dead"],
        oldest_owed_at=instant_or_none(counted["oldest"]),
        last_sent_at=instant_or_none(counted["last"]),
        last_error=error,
        failing_since=failing,
    )
