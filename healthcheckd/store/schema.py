"""The first schema, as SQL.

Instants are UTC text `YYYY-MM-DDTHH:MM:SS.mmmZ`, durations seconds, lists and maps JSON text, truths 0 or 1.
"""

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

# What every reading changes lives in `readings`, small rows beside the large ones of `accounts`: a sweep of a quiet
# fleet rewrites a tenth of the pages. `account_states` shows both as one.
ACCOUNTS = """
CREATE TABLE accounts (
    key                  INTEGER PRIMARY KEY AUTOINCREMENT,
    gateway              TEXT NOT NULL REFERENCES gateways,
    session              TEXT NOT NULL,
    name                 TEXT NOT NULL DEFAULT '',
    gateway_name         TEXT NOT NULL DEFAULT '',
    phone                TEXT,
    customer             TEXT NOT NULL DEFAULT '',
    tags                 TEXT NOT NULL DEFAULT '[]',
    language             TEXT NOT NULL DEFAULT '',
    time_zone            TEXT NOT NULL DEFAULT '',
    active               INTEGER NOT NULL DEFAULT 1,
    disabled_at          TEXT,
    muted_until          TEXT,
    daily_limit          INTEGER,
    notify_after         REAL,
    stated               TEXT NOT NULL DEFAULT '{}',
    added_at             TEXT NOT NULL,
    removed_at           TEXT,
    connection           TEXT NOT NULL DEFAULT 'Unknown',
    health               TEXT NOT NULL DEFAULT 'Unknown',
    cause                TEXT,
    self_healing         INTEGER NOT NULL DEFAULT 0,
    linked               INTEGER NOT NULL DEFAULT 0,
    adopted              INTEGER NOT NULL DEFAULT 1,
    first_bad_at         TEXT,
    first_good_at        TEXT,
    offline_since        TEXT,
    stale_since          TEXT,
    connected_since      TEXT,
    last_disconnected_at TEXT,
    recheck_at           TEXT,
    proof_failures       INTEGER NOT NULL DEFAULT 0,
    restricted_until     TEXT,
    restricted_why       TEXT NOT NULL DEFAULT '',
    linked_phone         TEXT,
    falls                TEXT NOT NULL DEFAULT '[]',
    attempt_streak       INTEGER NOT NULL DEFAULT 0,
    missing              INTEGER NOT NULL DEFAULT 0,
    stopped_by           TEXT,
    ledger               TEXT NOT NULL DEFAULT 'excluded',
    ledger_cause         TEXT,
    incident             INTEGER REFERENCES incidents ON DELETE SET NULL,
    incident_ended_at    TEXT,
    UNIQUE (gateway, session)
) STRICT;
CREATE INDEX accounts_recheck ON accounts (recheck_at) WHERE recheck_at IS NOT NULL;
CREATE INDEX accounts_linked_phone ON accounts (linked_phone) WHERE linked_phone IS NOT NULL;
CREATE INDEX accounts_unwell ON accounts (health, connection) WHERE health <> 'Healthy';
CREATE INDEX accounts_incident ON accounts (incident) WHERE incident IS NOT NULL;
CREATE TABLE readings (
    account           INTEGER PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    last_checked_at   TEXT,
    last_connected_at TEXT,
    proof_at          TEXT,
    native            TEXT NOT NULL DEFAULT '',
    native_since      TEXT
) STRICT;
CREATE VIEW account_states AS
    SELECT accounts.*, last_checked_at, last_connected_at, proof_at, native, native_since
    FROM accounts JOIN readings ON readings.account = accounts.key;
CREATE TABLE contacts (
    id          INTEGER PRIMARY KEY,
    name        TEXT NOT NULL DEFAULT '',
    channel     TEXT NOT NULL DEFAULT 'email',
    address     TEXT NOT NULL,
    language    TEXT NOT NULL DEFAULT '',
    time_zone   TEXT NOT NULL DEFAULT '',
    quiet_from  TEXT,
    quiet_until TEXT,
    UNIQUE (channel, address)
) STRICT;
CREATE TABLE account_contacts (
    account INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
    contact INTEGER NOT NULL REFERENCES contacts ON DELETE CASCADE,
    kinds   TEXT NOT NULL DEFAULT '[]',
    after   REAL,
    stated  TEXT,
    PRIMARY KEY (account, contact)
) STRICT, WITHOUT ROWID;
CREATE INDEX account_contacts_contact ON account_contacts (contact);
"""

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
    scope           TEXT NOT NULL CHECK (scope IN ('account', 'gateway', 'job', 'channel')),
    subject         TEXT NOT NULL,
    account         INTEGER REFERENCES accounts ON DELETE CASCADE,
    started_at      TEXT NOT NULL,
    ended_at        TEXT,
    cause           TEXT,
    detail          TEXT NOT NULL DEFAULT '',
    how             TEXT,
    reopened        INTEGER NOT NULL DEFAULT 0,
    acknowledged_by TEXT,
    acknowledged_at TEXT
) STRICT;
CREATE UNIQUE INDEX incidents_open ON incidents (scope, subject) WHERE ended_at IS NULL;
CREATE INDEX incidents_account ON incidents (account, started_at);
CREATE INDEX incidents_started ON incidents (started_at);
"""

# An attempt or a notice is owed while it is neither begun nor ended; the partial indexes hold only those. `not_before`
# puts a due notice off (a retry, a limit, one being sent now) while `due_at` keeps telling since when it is owed.
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
    tries      INTEGER NOT NULL DEFAULT 0,
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
    cleanup_told_at  TEXT
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

FIRST = (GATEWAYS, ACCOUNTS, HISTORY, OWED, WORK)
