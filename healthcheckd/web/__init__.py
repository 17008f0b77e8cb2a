"""Pages and live events for browsers (extra `web`)."""
