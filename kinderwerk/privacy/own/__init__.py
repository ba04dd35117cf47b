"""What a family does by itself about what is kept of it."""
