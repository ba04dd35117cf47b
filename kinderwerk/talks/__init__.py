"""A child asks for a talk in confidence: never a channel of two, and never a promise too much."""
