"""What an operation does where it is sent: it reads, it creates, or it changes what is there."""

from rulebound.openapi.model import Operation

READ, CREATE, CHANGE = "read", "create", "change"
SIDE_EFFECTS = (READ, CREATE, CHANGE)
_SAFE = ("GET", "HEAD", "OPTIONS")
_BY_METHOD = {"get": READ, "head": READ, "options": READ, "post": CREATE}


def side_effect(operation: Operation) -> str:
    """`read`, `create` or `change`, by the method as HTTP defines it; whatever may do more than
    create is a change."""
    return _BY_METHOD.get(operation.method.lower(), CHANGE)


def effect_of(operation: Operation, method: str) -> str:
    """What a request at an operation's address does: by another method than the operation's own it
    may do anything, unless HTTP calls that method safe."""
    if method == operation.method.upper():
        return side_effect(operation)
    return READ if method in _SAFE else CHANGE
