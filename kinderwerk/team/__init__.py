"""Who works here: what was seen of them, what they learned, and when they can."""
