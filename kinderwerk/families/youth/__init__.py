"""From sixteen on: a sign-in of one's own, and a say in what parents see."""
