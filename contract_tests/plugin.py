"""The pytest plugin: nothing heavy is imported at its top."""
