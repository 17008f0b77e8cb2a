"""What people and programs read: plain values, and the documented, additive contract of every `--json`.

Instants are aware UTC; what ends in `_seconds` is a length in seconds; an account is named by its id `GATEWAY/SESSION`.
A field may be added; none is renamed, removed or given another meaning.
"""
