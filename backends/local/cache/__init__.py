"""Results of steps that may be used again: keyed by all that decides them, verified when used."""
