"""Everything an organisation owns in one file, and that file brought into another installation."""
