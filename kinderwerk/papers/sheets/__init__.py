"""The papers of this package, each with what it tells."""
