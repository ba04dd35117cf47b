"""The reporting code: from signals to a decision, in steps that nobody forgets."""
