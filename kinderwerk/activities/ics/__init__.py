"""Activities out of other calendars, and plans as a calendar that others can take over."""
