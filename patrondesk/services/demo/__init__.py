"""A made-up school, the same from the same seed: people, portraits, shelf and what happened there; no real person is meant."""
