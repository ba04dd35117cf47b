"""The directory of partners to whom people are referred."""
