"""Watch WhatsApp sessions: grade them, reconnect them, tell their owners."""

__version__ = "0.1.0"
