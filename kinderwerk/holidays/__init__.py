"""School holidays and public holidays, as an organisation wrote them down or brought them in."""
