"""Children choose between ideas of their board: stickers on ideas, and nobody's name."""
