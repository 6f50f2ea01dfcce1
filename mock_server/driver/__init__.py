"""The thin layer that puts Connexion's routing, security and binding in every request's path."""

import sys
import warnings

# Connexion imports a test client, and that imports httpx with its command line, whose pretty
# printing takes 3 MB that a stub has no use for; httpx does without it.
_COMMAND_LINE = "httpx._main"
_unwanted = "httpx" not in sys.modules
if _unwanted:
    sys.modules[_COMMAND_LINE] = None  # type: ignore[assignment]

# The test client and a resolver have been deprecated by their makers.
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import connexion  # noqa: F401

if _unwanted:
    del sys.modules[_COMMAND_LINE]
