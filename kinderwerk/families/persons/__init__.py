"""Whom a family names for a child: to be called, and to fetch it."""
