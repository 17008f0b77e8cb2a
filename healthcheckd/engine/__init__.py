"""The work itself, on ports only: sweep, reconnector, outbox, runs."""
