"""Rights of whom it is about: received, checked who asks, decided with reasons, and answered."""
