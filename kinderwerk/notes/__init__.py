"""What helpers must know of a child to have it take part, for the days on which they need it."""
