"""The console under /_rulebound/console: what people see of a running stub, page by page."""
