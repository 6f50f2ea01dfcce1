"""Runs as things that can be kept: resumed, split into shards, merged, compared, and remembered."""
