"""A deployment that is not ours: what may be sent there, how often, by whom, and what it leaves."""
