"""Looking back: what the journals, logs and outputs in a state folder tell of past runs."""
