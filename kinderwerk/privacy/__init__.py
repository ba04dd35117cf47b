"""Whose data is kept, how long, under which key, and how it goes."""
