"""What reports look like: from values to lines."""
