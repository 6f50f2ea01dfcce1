"""What a run leaves: the table on the terminal, report.json, JUnit, and one HTML page."""
