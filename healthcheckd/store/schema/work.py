"""Jobs, counters, holds, the daemon itself and the trail of its acts."""

WORK = """
CREATE TABLE jobs (
    name       TEXT PRIMARY KEY,
    running    INTEGER NOT NULL DEFAULT 1,
    changed_by TEXT NOT NULL DEFAULT '',
    changed_at TEXT,
    failures   INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE job_runs (
    id         INTEGER PRIMARY KEY,
    job        TEXT NOT NULL,
    started_by TEXT NOT NULL,
    started_at TEXT NOT NULL,
    ended_at   TEXT,
    result     TEXT NOT NULL DEFAULT '{}',
    error      TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX job_runs_job ON job_runs (job, started_at);
CREATE TABLE message_counts (
    account   INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
    day       TEXT NOT NULL,
    sent      INTEGER NOT NULL DEFAULT 0,
    received  INTEGER NOT NULL DEFAULT 0,
    closed_at TEXT,
    PRIMARY KEY (account, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX message_counts_open ON message_counts (day) WHERE closed_at IS NULL;
CREATE TABLE message_posts (
    key      TEXT PRIMARY KEY,
    account  INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
    at       TEXT NOT NULL,
    sent     INTEGER NOT NULL,
    received INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE holds (
    gateway  TEXT PRIMARY KEY,
    from_at  TEXT NOT NULL,
    until_at TEXT,
    comment  TEXT NOT NULL DEFAULT '',
    by       TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE daemon (
    id               INTEGER PRIMARY KEY CHECK (id = 1),
    installation     TEXT NOT NULL,
    created_at       TEXT NOT NULL,
    name             TEXT NOT NULL DEFAULT '',
    pid              INTEGER,
    version          TEXT NOT NULL DEFAULT '',
    mode             TEXT NOT NULL DEFAULT 'act' CHECK (mode IN ('act', 'watch')),
    held             TEXT NOT NULL DEFAULT '',
    started_at       TEXT,
    awake_at         TEXT,
    beat_at          TEXT,
    stopped_at       TEXT,
    cleanup_told_at  TEXT,
    maintained_at    TEXT,
    readers          TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE expiring_tokens (
    subject    TEXT PRIMARY KEY,
    expires_at TEXT NOT NULL
) STRICT;
CREATE TABLE audit (
    id      INTEGER PRIMARY KEY,
    at      TEXT NOT NULL,
    who     TEXT NOT NULL,
    how     TEXT NOT NULL,
    what    TEXT NOT NULL,
    outcome TEXT NOT NULL
) STRICT;
CREATE INDEX audit_at ON audit (at);
"""
