"""Who is there on which date: shifts, who takes them, and who gives them back."""
