"""The light plan of a trajectory: who does what by when, and whether it helped, with the family."""
