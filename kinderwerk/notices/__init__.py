"""What families are told besides their sign-ups, how they want that, and whether it arrives."""
