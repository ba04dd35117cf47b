"""The outbox: messages written with the fact that they tell, and the work that is due."""
