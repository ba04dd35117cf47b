"""Files that people send: read in a process of its own, re-encoded, kept in the database."""
