"""Coverage-guided fuzzing of whatever reads texts from outside; no test: run it by hand."""
