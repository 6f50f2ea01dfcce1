"""The second reading of the ECE v12 page."""
