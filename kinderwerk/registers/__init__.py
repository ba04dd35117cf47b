"""Who came: named lists and tallies."""
