"""A sign-up form on paper, typed in by a worker: all of it, or nothing with the reason."""
