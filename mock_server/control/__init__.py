"""The control plane under /_rulebound: worlds, rules, clocks, journals, tokens, documents."""
