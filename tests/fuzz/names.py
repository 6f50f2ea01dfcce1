"""The names of the targets, known without loading what they fuzz."""

TARGETS = (
    *("json", "xml", "bodies", "query", "values", "expressions"),
    *("yaml", "profiles", "seeds", "documents"),
)
