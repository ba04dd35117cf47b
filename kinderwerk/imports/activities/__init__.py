"""Activities that come as a table."""
