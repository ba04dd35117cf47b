"""Going into a new school year: what has to be gone through, once, and by whom it was."""
