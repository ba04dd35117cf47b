"""Registers on a device without network: what it takes along, and what it tells later."""
