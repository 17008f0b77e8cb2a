"""What happened: changes, intervals, outages."""

# `fell_at` is when an account fell last: as its outage began, or when it was reopened.
HISTORY = """
CREATE TABLE transitions (
    id              INTEGER PRIMARY KEY,
    account         INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
    at              TEXT NOT NULL,
    connection_from TEXT NOT NULL,
    connection_to   TEXT NOT NULL,
    health_from     TEXT NOT NULL,
    health_to       TEXT NOT NULL,
    cause           TEXT,
    reason          TEXT NOT NULL
) STRICT;
CREATE INDEX transitions_account ON transitions (account, at);
CREATE INDEX transitions_at ON transitions (at);
CREATE TABLE ledger (
    id       INTEGER PRIMARY KEY,
    account  INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
    kind     TEXT NOT NULL CHECK (kind IN ('up', 'down', 'unknown', 'excluded')),
    cause    TEXT,
    from_at  TEXT NOT NULL,
    until_at TEXT CHECK (until_at > from_at)
) STRICT;
CREATE UNIQUE INDEX ledger_account ON ledger (account, from_at);
CREATE UNIQUE INDEX ledger_open ON ledger (account) WHERE until_at IS NULL;
CREATE TABLE incidents (
    id              INTEGER PRIMARY KEY,
    scope           TEXT NOT NULL CHECK (scope IN ('account', 'gateway', 'blast', 'job', 'channel')),
    subject         TEXT NOT NULL,
    account         INTEGER REFERENCES accounts ON DELETE CASCADE,
    started_at      TEXT NOT NULL,
    fell_at         TEXT,
    ended_at        TEXT,
    cause           TEXT,
    detail          TEXT NOT NULL DEFAULT '',
    how             TEXT,
    reopened        INTEGER NOT NULL DEFAULT 0,
    acknowledged_by TEXT,
    acknowledged_at TEXT,
    acknowledgement TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX incidents_open ON incidents (scope, subject) WHERE ended_at IS NULL;
CREATE INDEX incidents_account ON incidents (account, started_at);
CREATE INDEX incidents_started ON incidents (started_at);
CREATE INDEX incidents_fell ON incidents (fell_at) WHERE fell_at IS NOT NULL AND ended_at IS NULL;
"""
