"""The face in the terminal: parse, call, print."""
