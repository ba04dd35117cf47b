"""What everybody may know about their details, and how they ask something about them."""
