"""Python that emitted code carries, as it is emitted: it imports nothing of pipec."""
