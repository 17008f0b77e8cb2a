"""What happened, played again in memory under the present settings: the same rules, and nothing is touched."""
