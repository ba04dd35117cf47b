"""Signals of concerning developments: sealed, narrowly visible, every reading on record."""
