"""Accounts as last known, and who hears of them."""

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
