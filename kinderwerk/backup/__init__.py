"""Copies of everything, locked, from either database to either; and putting them back."""
