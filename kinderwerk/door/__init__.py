"""A child who stands at the door: known, signed up and on the list with one button."""
