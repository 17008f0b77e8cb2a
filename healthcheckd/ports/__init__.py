"""What the engine needs of the world; adapters fill these, fakes fill them in tests."""
