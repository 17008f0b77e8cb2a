"""How channels are doing, by name."""

import sqlite3

from healthcheckd.domain.reports.channels import ChannelStanding
from healthcheckd.store.rows import instant_or_none, written
from healthcheckd.store.views.viewpoint import Viewpoint, ask


def standings(connection: sqlite3.Connection, view: Viewpoint) -> dict[str, ChannelStanding]:
    """Of every channel that was ever owed anything that is due, or was used."""
    rows = ask(
        connection,
        "SELECT name, max(owed) AS owed, max(last_ok_at) AS ok_at, max(last_error) AS error,"
        " (SELECT started_at FROM incidents WHERE scope = 'channel' AND subject = name AND ended_at IS NULL) AS failing"
        " FROM (SELECT name, 0 AS owed, last_ok_at, last_error FROM channels UNION ALL"
        "  SELECT channel, count(*), NULL, '' FROM notices WHERE state = 'owed' AND due_at <= ? GROUP BY channel)"
        " GROUP BY name",
        (written(view.now),),
    )
    return {
        row["name"]: ChannelStanding(
            row["owed"], instant_or_none(row["ok_at"]), row["error"], instant_or_none(row["failing"])
        )
        for row in rows
    }
