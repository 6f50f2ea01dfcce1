"""The page of a report: one file that needs nothing beside it."""
