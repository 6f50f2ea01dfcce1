"""Witness files: their closed schema, their values, and the requests built from them."""
