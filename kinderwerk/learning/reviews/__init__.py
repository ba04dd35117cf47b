"""Learning reviews: how something went, good or bad, what helped and hindered, and what changes."""
