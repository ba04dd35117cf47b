"""Children getting a place, and those who wait for one."""
