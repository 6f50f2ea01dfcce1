"""Cases are conducted and answers judged: problems, verdicts of cases, of rules, of statements."""
