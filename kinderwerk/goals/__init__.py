"""Why things are done: the goal catalogue, the municipality's policy goals, grants."""
