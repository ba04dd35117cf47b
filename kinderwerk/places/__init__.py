"""Where things are: municipalities' districts and neighbourhoods, their key figures, and venues."""
