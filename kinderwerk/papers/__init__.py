"""What is printed: posters, lists, forms, cards and copies, made by the worker and kept briefly."""
