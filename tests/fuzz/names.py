"""The names of the targets, known without loading what they fuzz."""

TARGETS = (
    "json",
    "xml",
    "query",
    "values",
    "expressions",
    "yaml",
    "profiles",
    "seeds",
    "documents",
)
