"""The stub: Connexion, effects, the vendors' answers and the control plane."""
