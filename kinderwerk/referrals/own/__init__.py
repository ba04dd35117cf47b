"""What a parent who is named on a referral sees of it, on their own page."""
