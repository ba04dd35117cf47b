"""The trail as people meet it: checked, read, and told to the families it is about."""
