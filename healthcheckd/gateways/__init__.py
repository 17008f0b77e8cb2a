"""Adapters, one per kind of gateway."""
