"""What can be read: pure functions from a connection to a report. Plain sqlite3, so that a program which only reads
loads nothing else."""
