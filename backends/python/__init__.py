"""Python that backends emit: expressions, literals and layout, and the functions they call."""
