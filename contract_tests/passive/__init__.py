"""Judges recorded traffic (HAR files) by what an exchange shows by itself, and sends nothing."""
