"""What a person sees of a run on a terminal: how far it is, and a summary to act on."""
