"""Peer consultation: one brings a case, colleagues think along, phase by phase."""
