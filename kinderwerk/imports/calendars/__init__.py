"""Activities that come as another calendar."""
