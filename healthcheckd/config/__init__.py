"""File and environment in, settings out."""
