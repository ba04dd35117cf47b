"""Drawing who gets a place, so that anybody can draw again and find the same."""
