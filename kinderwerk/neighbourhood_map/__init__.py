"""The neighbourhood on a map, and the same as a table."""
