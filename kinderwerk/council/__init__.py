"""The log of the child council: what was on the agenda, what was decided, and told back."""
