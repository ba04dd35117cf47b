"""Children and those who care for them."""
