"""A vendor's staging tenant, small and independent: what `rulebound verify --profile` is tried on.

It shares no code with the product. It was written from the documentation's pages alone, keeps its
own store under ids of its own, and has faults that can be switched on by name.
"""
