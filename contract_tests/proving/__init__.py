"""The tests tested: rules switched off, conditions mutated, targets that answer nonsense."""
