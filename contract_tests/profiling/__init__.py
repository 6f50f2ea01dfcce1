"""Profiles written and checked: what the witnesses need of a deployment, and what it has."""
