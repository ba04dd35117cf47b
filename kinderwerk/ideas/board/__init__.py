"""The board as children see it: nothing stands there that nobody has read."""
