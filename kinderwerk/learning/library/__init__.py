"""Lessons that colleagues find again: in plain words once a second person saw that nobody is in."""
