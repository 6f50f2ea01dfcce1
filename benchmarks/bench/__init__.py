"""`make bench`: the stub and the proof beside bare Starlette, plain Connexion and other tools."""
