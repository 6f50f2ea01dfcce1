"""The second reading of the eGain v3 pages."""
