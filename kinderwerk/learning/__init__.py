"""Learning from each other: consultations among peers, reviews of what went how, and lessons."""
