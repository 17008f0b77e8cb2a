"""What must still happen."""

# An attempt or a notice is owed while it is neither begun nor ended; the partial indexes hold only those. `not_before`
# puts a due notice off (a retry, a limit, one being sent now) while `due_at` keeps telling since when it is owed. What
# people held back (a silence, a mute, maintenance) is owed from the end of that on: `due_at` itself moves there, and
# `held_by` and `held_until` tell why.
OWED = """
CREATE TABLE attempts (
    id         INTEGER PRIMARY KEY,
    account    INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
    incident   INTEGER REFERENCES incidents ON DELETE SET NULL,
    slot       TEXT NOT NULL UNIQUE,
    verb       TEXT NOT NULL DEFAULT 'reconnect',
    why        TEXT NOT NULL DEFAULT '',
    due_at     TEXT NOT NULL,
    started_at TEXT,
    ended_at   TEXT,
    result     TEXT,
    detail     TEXT NOT NULL DEFAULT '',
    by         TEXT NOT NULL DEFAULT '',
    forced     INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX attempts_owed ON attempts (account) WHERE started_at IS NULL AND ended_at IS NULL;
CREATE INDEX attempts_due ON attempts (due_at) WHERE started_at IS NULL AND ended_at IS NULL;
CREATE INDEX attempts_asked ON attempts (due_at) WHERE by <> '' AND started_at IS NULL AND ended_at IS NULL;
CREATE INDEX attempts_account ON attempts (account, started_at);
CREATE INDEX attempts_incident ON attempts (incident);
CREATE INDEX attempts_started ON attempts (started_at) WHERE started_at IS NOT NULL;
CREATE TABLE notices (
    id         INTEGER PRIMARY KEY,
    key        TEXT NOT NULL UNIQUE,
    incident   INTEGER REFERENCES incidents ON DELETE CASCADE,
    account    INTEGER REFERENCES accounts ON DELETE CASCADE,
    gateway    TEXT,
    kind       TEXT NOT NULL,
    role       TEXT NOT NULL CHECK (role IN ('owner', 'operator')),
    channel    TEXT NOT NULL,
    recipient  TEXT NOT NULL,
    language   TEXT NOT NULL DEFAULT '',
    time_zone  TEXT NOT NULL DEFAULT '',
    payload    TEXT NOT NULL DEFAULT '{}',
    reminder   INTEGER NOT NULL DEFAULT 0,
    variant    TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL,
    due_at     TEXT NOT NULL,
    not_before TEXT,
    held_by    TEXT NOT NULL DEFAULT '',
    held_until TEXT,
    tries      INTEGER NOT NULL DEFAULT 0,
    unclear    INTEGER NOT NULL DEFAULT 0,
    state      TEXT NOT NULL DEFAULT 'owed' CHECK (state IN ('owed', 'sent', 'superseded', 'cancelled', 'dead')),
    last_error TEXT NOT NULL DEFAULT '',
    words      TEXT NOT NULL DEFAULT '',
    ended_at   TEXT,
    sent_at    TEXT,
    message_id TEXT
) STRICT;
CREATE INDEX notices_due ON notices (due_at) WHERE state = 'owed';
CREATE INDEX notices_message ON notices (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX notices_incident ON notices (incident);
CREATE INDEX notices_account ON notices (account);
CREATE INDEX notices_sent ON notices (sent_at) WHERE sent_at IS NOT NULL;
CREATE INDEX notices_created ON notices (created_at);
CREATE TABLE channels (
    name         TEXT PRIMARY KEY,
    failures     INTEGER NOT NULL DEFAULT 0,
    failed_since TEXT,
    last_error   TEXT NOT NULL DEFAULT '',
    last_ok_at   TEXT
) STRICT;
"""
