"""Whether the house stands: what a monitor asks of a running server, and what `customary doctor` looks at before."""
