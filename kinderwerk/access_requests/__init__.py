"""Families who ask what is kept of them: received, weighed by the protection officer, answered."""
