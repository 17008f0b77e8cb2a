"""SQLite: what is known, what was decided, what is owed."""
