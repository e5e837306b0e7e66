"""Several processes behind one gateway: each reader stays with one of them, and what is drawn is drawn once."""
