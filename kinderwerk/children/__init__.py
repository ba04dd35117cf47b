"""The child's own pages: where they begin, what stands on them, and what they promise.

A feature that has something for children puts a tile on their first page (`tiles.tile`), serves it
below `/kids/<uuid:organisation>/` and `/kids/<uuid:organisation>/<uuid:neighbourhood>/`, finds the
corner by `queries.corner`, and gives it to its page as `corner`. What is told in confidence extends
`layouts/child_secret.html`.
"""
