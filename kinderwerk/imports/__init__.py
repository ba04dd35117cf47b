"""Children and families out of a table: looked at first, then all of it or nothing, and undone."""
