"""The read-only server: every chapter of one shop, opened by many viewers at once."""
