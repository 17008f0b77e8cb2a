"""Accounts that fell together: what they share, who they are, and how far bringing them back is."""

# A blast is an incident of scope `blast`. Until `settled_at` it gathers, and may turn out to be of something wider.
# `wave` tells who was chosen to come back first: 1 the canary, 2 the few; 0 is everybody else.
BLASTS = """
CREATE TABLE blasts (
    incident    INTEGER PRIMARY KEY REFERENCES incidents ON DELETE CASCADE,
    level       TEXT NOT NULL CHECK (level IN ('gateway', 'engine', 'label', 'network')),
    name        TEXT NOT NULL,
    total       INTEGER NOT NULL,
    opened_at   TEXT NOT NULL,
    settled_at  TEXT,
    network     TEXT NOT NULL DEFAULT '' CHECK (network IN ('', 'works', 'fails')),
    stage       TEXT NOT NULL DEFAULT 'canary' CHECK (stage IN ('canary', 'few', 'rest', 'paused', 'over')),
    stage_since TEXT NOT NULL,
    stops       INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX blasts_open ON blasts (incident) WHERE stage <> 'over';
CREATE TABLE blast_gateways (
    blast   INTEGER NOT NULL REFERENCES blasts ON DELETE CASCADE,
    gateway TEXT NOT NULL REFERENCES gateways ON DELETE CASCADE,
    PRIMARY KEY (blast, gateway)
) STRICT, WITHOUT ROWID;
CREATE TABLE blast_members (
    blast     INTEGER NOT NULL REFERENCES blasts ON DELETE CASCADE,
    account   INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
    incident  INTEGER REFERENCES incidents ON DELETE SET NULL,
    joined_at TEXT NOT NULL,
    wave      INTEGER NOT NULL DEFAULT 0,
    chosen_at TEXT,
    PRIMARY KEY (blast, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX blast_members_account ON blast_members (account);
CREATE INDEX blast_members_incident ON blast_members (incident) WHERE incident IS NOT NULL;
CREATE INDEX blast_members_chosen ON blast_members (blast) WHERE wave > 0;
"""
