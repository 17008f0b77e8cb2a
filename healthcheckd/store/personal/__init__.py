"""Personal data: all that is kept of a person, shown whole, or taken out of every table."""
