"""The shop's front page: its state, what changed and why, what to do; worked out once, kept, and put together fast."""
