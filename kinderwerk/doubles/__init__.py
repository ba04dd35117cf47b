"""Children who were recorded twice: finding them, and making one of two."""
