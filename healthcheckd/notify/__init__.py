"""Turning notices into mail, and delivering it."""
