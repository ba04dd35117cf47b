"""Disclosure control: which counts of an edition may be shown, so that none points at a child."""
