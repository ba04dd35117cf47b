"""The kit for a guest lesson: who gives it, the class counted, and what the class says of it."""
