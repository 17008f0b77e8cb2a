"""Gateways, and how fast they answer."""

GATEWAYS = """
CREATE TABLE gateways (
    name          TEXT PRIMARY KEY,
    kind          TEXT NOT NULL DEFAULT '',
    discover      TEXT NOT NULL DEFAULT 'all' CHECK (discover IN ('all', 'listed')),
    ignore        TEXT NOT NULL DEFAULT '[]',
    labels        TEXT NOT NULL DEFAULT '{}',
    version       TEXT NOT NULL DEFAULT '',
    added_at      TEXT NOT NULL,
    removed_at    TEXT,
    first_look_at TEXT,
    asked_at      TEXT,
    answered_at   TEXT,
    silent_since  TEXT,
    failures      INTEGER NOT NULL DEFAULT 0,
    fault         TEXT NOT NULL DEFAULT '',
    last_error    TEXT NOT NULL DEFAULT '',
    hint          TEXT NOT NULL DEFAULT '',
    latency       REAL
) STRICT;
CREATE TABLE latencies (
    gateway TEXT NOT NULL REFERENCES gateways ON DELETE CASCADE,
    hour    TEXT NOT NULL,
    bucket  INTEGER NOT NULL,
    count   INTEGER NOT NULL,
    PRIMARY KEY (gateway, hour, bucket)
) STRICT, WITHOUT ROWID;
"""
