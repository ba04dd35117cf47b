"""Children and families out of a table."""
