"""The proof: witnesses, second reading, targets, verdicts, reports. Meets a stub over HTTP only."""
