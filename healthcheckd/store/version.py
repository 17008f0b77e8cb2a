"""The version of the schema, known without the library that migrates it."""

SCHEMA_VERSION = 1
"""What `PRAGMA user_version` says of a database that this code can use."""
