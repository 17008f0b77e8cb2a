"""One process: wiring, life and death."""
