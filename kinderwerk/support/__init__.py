"""Parenting support: short contacts without a name, trajectories with a family."""
