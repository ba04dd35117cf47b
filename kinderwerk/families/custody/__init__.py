"""Who cares for a child, who may hear of it, and to whom it is handed over."""
