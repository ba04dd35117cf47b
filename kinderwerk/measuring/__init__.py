"""Measuring with groups: a few questions for each goal, counted and never about one child."""
