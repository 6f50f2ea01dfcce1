"""The commands of the proof. Each imports what it needs when it runs, so `--help` stays quick."""
