"""What the made-up town consists of: words and numbers, no rows. Nobody in it exists."""
