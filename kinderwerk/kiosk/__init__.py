"""A question that children answer by themselves, on a tablet by the exit."""
