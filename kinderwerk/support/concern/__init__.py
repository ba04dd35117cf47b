"""When a parent's trouble may harm children: the child check, and the step to a signal."""
