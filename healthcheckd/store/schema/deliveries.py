"""What other programs are told of."""

# One row is one event for one webhook. It goes out after the older ones of the same account and webhook: the index on
# both finds the first of them. `owed_at` is since when it is owed, which a replay sets anew.
DELIVERIES = """
CREATE TABLE deliveries (
    id         INTEGER PRIMARY KEY,
    webhook    TEXT NOT NULL,
    account    INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
    key        TEXT NOT NULL,
    event      TEXT NOT NULL,
    payload    TEXT NOT NULL,
    created_at TEXT NOT NULL,
    owed_at    TEXT NOT NULL,
    not_before TEXT,
    tries      INTEGER NOT NULL DEFAULT 0,
    replays    INTEGER NOT NULL DEFAULT 0,
    state      TEXT NOT NULL DEFAULT 'owed' CHECK (state IN ('owed', 'sent', 'cancelled', 'dead')),
    delivery   TEXT NOT NULL DEFAULT '',
    words      TEXT NOT NULL DEFAULT '',
    last_error TEXT NOT NULL DEFAULT '',
    ended_at   TEXT
) STRICT;
CREATE INDEX deliveries_owed ON deliveries (webhook, owed_at) WHERE state = 'owed';
CREATE INDEX deliveries_queues ON deliveries (webhook, account) WHERE state = 'owed';
CREATE INDEX deliveries_account ON deliveries (account);
CREATE INDEX deliveries_created ON deliveries (created_at);
"""
