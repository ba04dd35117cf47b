"""Goal reports that can never point at a child."""
