"""What accepted requests do: per operation an ordered list of small steps, each bound to a rule."""
