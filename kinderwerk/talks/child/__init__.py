"""How a child asks for a talk: one neutral address, and every step takes the place of the last."""
