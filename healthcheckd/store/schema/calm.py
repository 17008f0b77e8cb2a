"""When people want to hear nothing: silences, and maintenance windows as last planned."""

# A silence that is ended early has its `until_at` brought forward. `reach` is a JSON map from kind to patterns. Of each
# maintenance there is one window here, the one in force or the next: for those who read without the configuration.
CALM = """
CREATE TABLE silences (
    id       INTEGER PRIMARY KEY,
    reach    TEXT NOT NULL,
    comment  TEXT NOT NULL DEFAULT '',
    by       TEXT NOT NULL,
    from_at  TEXT NOT NULL,
    until_at TEXT NOT NULL,
    ended_by TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX silences_until ON silences (until_at);
CREATE TABLE maintenance (
    name     TEXT PRIMARY KEY,
    reach    TEXT NOT NULL,
    comment  TEXT NOT NULL DEFAULT '',
    cadence  TEXT NOT NULL,
    from_at  TEXT NOT NULL,
    until_at TEXT NOT NULL
) STRICT;
"""
