"""`rulebound explain`: a rule with examples, or a request with every rule it met."""
