"""Partners out of a table."""
