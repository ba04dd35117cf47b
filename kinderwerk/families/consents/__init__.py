"""What a family agrees to: the words, who is asked at which age, and what stands."""
