"""Ideas of children, and what became of them: decided, why, and told back."""
