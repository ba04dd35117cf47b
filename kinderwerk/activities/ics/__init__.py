"""Plans as a calendar that others can take over."""
