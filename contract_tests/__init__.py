"""The proof: witnesses, the second reading, targets, verdicts and reports. Meets a stub over HTTP only."""
