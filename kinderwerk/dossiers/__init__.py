"""A case on paper for whoever may have it: what goes out, what is covered, and for whom."""
