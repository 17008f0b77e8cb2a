"""The embedded gateway: a real HTTP server with scripted accounts."""
