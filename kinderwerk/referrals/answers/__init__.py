"""What partners let be heard, through a link and without an account."""
