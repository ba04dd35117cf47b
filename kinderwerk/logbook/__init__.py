"""The log after a session, and the hours of people at work."""
