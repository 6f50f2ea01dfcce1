"""The thin layer that puts Connexion's routing, security and binding in every request's path."""

import warnings

# Connexion imports a test client and a resolver that their makers have deprecated.
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import connexion  # noqa: F401
