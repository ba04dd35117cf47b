"""Who of a family a record was confided to: carers by name, each with a safe way to reach them."""
