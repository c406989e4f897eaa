"""From text to a checked graph. Knows no target."""
