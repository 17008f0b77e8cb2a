"""The control API, and its one client."""
