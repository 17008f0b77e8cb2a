"""How fast, how small: what the product costs, measured; never part of the tests that pass or fail."""
