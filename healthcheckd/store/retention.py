"""Letting go of what is old. What is still open or owed is never old."""

import sqlite3
from datetime import datetime, timedelta

from healthcheckd.store.rows import written
from healthcheckd.store.terms import Terms

_POSTS = timedelta(days=7)
"""How long a program may repeat a post and have it counted once."""

_HEARD = timedelta(days=2)
"""The same for what gateways post by themselves: one row for each message."""


def trim(connection: sqlite3.Connection, terms: Terms, now: datetime) -> int:
    """Returns how many rows are gone."""
    kept = terms.retention
    limits = (
        ("DELETE FROM transitions WHERE at < ?", kept.transitions),
        ("DELETE FROM ledger WHERE until_at < ?", kept.ledger),
        ("DELETE FROM attempts WHERE ended_at < ?", kept.attempts),
        ("DELETE FROM notices WHERE state <> 'owed' AND created_at < ?", kept.notices),
        ("DELETE FROM deliveries WHERE state <> 'owed' AND created_at < ?", kept.notices),
        ("DELETE FROM incidents WHERE ended_at < ?", kept.incidents),
        ("DELETE FROM silences WHERE until_at < ?", kept.incidents),
        ("DELETE FROM message_counts WHERE closed_at IS NOT NULL AND day < ?", kept.counts),
        ("DELETE FROM message_posts WHERE at < ?", _POSTS),
        ("DELETE FROM message_posts WHERE at < ? AND key >= 'hook ' AND key < 'hook!'", _HEARD),
        ("DELETE FROM latencies WHERE hour < ?", kept.latency),
        ("DELETE FROM job_runs WHERE ended_at IS NOT NULL AND started_at < ?", kept.job_runs),
        ("DELETE FROM audit WHERE at < ?", kept.audit),
    )
    gone = sum(
        connection.execute(statement, (written(now - span),)).rowcount for statement, span in limits if span is not None
    )
    if kept.payloads is not None:
        for table in ("notices", "deliveries"):
            connection.execute(
                f"UPDATE {table} SET payload = '{{}}' WHERE state <> 'owed' AND created_at < ? AND payload <> '{{}}'",
                (written(now - kept.payloads),),
            )
    return gone
