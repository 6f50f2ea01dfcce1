"""The second reading of the LeadSquared page."""
