"""A made-up neighbourhood to try everything in, made by the product's own code."""
