"""The document: OpenAPI files, the rule dialect and the judge. Imports nothing of the house."""
