"""Accidents and incidents, what goes past the line, and the clock of a data breach."""
