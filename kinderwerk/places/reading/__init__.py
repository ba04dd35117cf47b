"""Reading what public bodies publish: outlines, tables of key figures, lists of schools."""
