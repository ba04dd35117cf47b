"""The chapters of the story, in the order in which it happens."""
