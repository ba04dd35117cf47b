"""Stories: what a child experienced, without its name, with its family's word, told on purpose."""
