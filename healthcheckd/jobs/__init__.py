"""When things run, and what the named jobs do."""
