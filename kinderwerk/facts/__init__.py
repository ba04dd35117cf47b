"""Aggregate cells that reports read, kept exact in the transaction that changes them."""
