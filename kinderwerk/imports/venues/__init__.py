"""Venues that come as a table."""
