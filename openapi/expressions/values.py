"""What the operators and functions of a condition do with values: strict, and without surprises.

A value is a JSON value or an aware datetime. `1 == 1.0` holds, a boolean never equals a number,
values of different kinds are unequal; what does not fit raises EvaluationError.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from rulebound.openapi.expressions.patterns import linear
from rulebound.openapi.expressions.tree import EvaluationError

_NUMBERS = (int, float)
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_KINDS: dict[type, str] = {
    type(None): "null",
    bool: "boolean",
    str: "text",
    int: "number",
    float: "number",
    datetime: "timestamp",
    dict: "map",
    list: "list",
}


def kind(value: object) -> str:
    """The kind of a value, in the words of a message: `text`, `number`, `list` and so on."""
    known = _KINDS.get(type(value))
    if known is not None:
        return known
    for type_, word in ((str, "text"), (_NUMBERS, "number"), (datetime, "timestamp")):
        if isinstance(value, type_):
            return word
    return "map" if isinstance(value, Mapping) else "list"


def truth(value: object) -> bool:
    """`value`, which must be a boolean."""
    if value is True or value is False:
        return value
    raise EvaluationError(f"a boolean is wanted, this is a {kind(value)}")


def equal(left: Any, right: Any) -> bool:
    """Equality of two values of one kind, down to the items of lists and maps."""
    if left is right:
        return True
    if type(left) is type(right):
        if type(left) is list:
            return len(left) == len(right) and all(map(equal, left, right))
        if not isinstance(left, (tuple, dict)):
            return bool(left == right)
    if kind(left) != kind(right):
        return False
    if isinstance(left, (list, tuple)):
        return len(left) == len(right) and all(map(equal, left, right))
    if isinstance(left, Mapping):
        return left.keys() == right.keys() and all(equal(left[k], right[k]) for k in left)
    return bool(left == right)


def compare(left: Any, right: Any) -> int:
    """-1, 0 or 1 for two numbers, two texts or two timestamps."""
    found = kind(left)
    if found != kind(right) or found not in ("number", "text", "timestamp"):
        raise EvaluationError(f"a {found} and a {kind(right)} have no order")
    return int(left > right) - int(left < right)


def among(item: object, of: object) -> bool:
    """Is `item` in the list, or a key of the map?"""
    if type(of) is not list and isinstance(of, Mapping):
        return isinstance(item, str) and item in of
    return any(equal(item, other) for other in items(of))


def items(of: object) -> Iterable[Any]:
    """The items of a list."""
    if type(of) is list or isinstance(of, (list, tuple)):
        return of
    raise EvaluationError(f"a list is wanted, this is a {kind(of)}")


def member(of: object, name: str) -> Any:
    """A member that must be there."""
    if type(of) is not dict and not isinstance(of, Mapping):
        raise EvaluationError(f"a {kind(of)} has no member {name!r}")
    try:
        return of[name]
    except KeyError:
        raise EvaluationError(f"no member {name!r}") from None


def at(of: object, index: object) -> Any:
    """An item by number, or a member by name."""
    if isinstance(of, Mapping) and isinstance(index, str):
        return member(of, index)
    if isinstance(of, (list, tuple)) and type(index) is int and 0 <= index < len(of):
        return of[index]
    raise EvaluationError(f"a {kind(of)} has nothing at {index!r}")


def given(of: object, path: str) -> bool:
    """Is something other than null at the dotted path?"""
    for name in path.split("."):
        if not isinstance(of, Mapping) or name not in of:
            return False
        of = of[name]
    return of is not None


def size(value: object) -> int:
    """The length of a text, list or map."""
    if isinstance(value, (str, list, tuple, Mapping)):
        return len(value)
    raise EvaluationError(f"a {kind(value)} has no size")


def text(value: object) -> str:
    """A text as it is, a number or boolean written out."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    raise EvaluationError(f"a {kind(value)} has no text")


def words(value: object) -> str:
    """`value`, which must be a text."""
    if isinstance(value, str):
        return value
    raise EvaluationError(f"a text is wanted, this is a {kind(value)}")


def integer(value: object) -> int:
    """A whole number, or the whole number that a text writes out."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        return int(value)
    raise EvaluationError(f"not a whole number: {value!r:.40}")


def timestamp(value: object) -> datetime:
    """An ISO 8601 date and time as an aware datetime; without a zone it is UTC."""
    if isinstance(value, datetime):
        return value
    try:
        found = datetime.fromisoformat(words(value))
    except ValueError:
        raise EvaluationError(f"not a date and time: {value!r:.40}") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def add(left: Any, right: Any) -> Any:
    """The sum of two numbers; two texts or two lists joined."""
    found = kind(left)
    if found == kind(right) and found in ("number", "text", "list"):
        return left + right
    raise EvaluationError(f"a {found} and a {kind(right)} have no sum")


def subtract(left: Any, right: Any) -> Any:
    """The difference of two numbers; of two timestamps, in seconds."""
    found = kind(left)
    if found == kind(right) == "number":
        return left - right
    if found == kind(right) == "timestamp":
        return (left - right).total_seconds()
    raise EvaluationError(f"a {found} and a {kind(right)} have no difference")


def negative(value: Any) -> Any:
    """The number with its sign turned."""
    if kind(value) == "number":
        return -value
    raise EvaluationError(f"a {kind(value)} has no negative")


def contains(of: object, part: object) -> bool:
    """Does a text contain a text?"""
    return words(part) in words(of)


def unique(of: object) -> bool:
    """Are no two items of the list equal?"""
    found = list(items(of))
    return len({_same(item) for item in found}) == len(found)


def _same(value: Any) -> Hashable:
    """The same for two values just when they are `equal`."""
    if isinstance(value, (list, tuple)):
        return ("list", *map(_same, value))
    if isinstance(value, Mapping):
        return ("map", frozenset((name, _same(each)) for name, each in value.items()))
    return (kind(value), value)


def matches(of: object, pattern: str) -> bool:
    """Does the pattern occur in the text? `^` and `$` bind it to the very ends."""
    text = words(of)
    try:
        return linear(pattern)(text)
    except UnicodeEncodeError:  # half of a pair of surrogates, which no request can hold
        return linear(pattern)(text.encode("utf-8", "replace").decode("utf-8"))


RUNTIME: dict[str, Callable[..., Any]] = {
    "truth": truth,
    "equal": equal,
    "compare": compare,
    "among": among,
    "items": items,
    "member": member,
    "at": at,
    "add": add,
    "subtract": subtract,
    "negative": negative,
    "f_given": given,
    "f_size": size,
    "f_string": text,
    "f_lower": lambda value: words(value).lower(),
    "f_trim": lambda value: words(value).strip(),
    "f_int": integer,
    "f_timestamp": timestamp,
    "f_bytes": lambda value: len(words(value).encode("utf-8", "surrogatepass")),
    "m_startsWith": lambda of, part: words(of).startswith(words(part)),
    "m_endsWith": lambda of, part: words(of).endswith(words(part)),
    "m_contains": contains,
    "m_matches": matches,
    "m_unique": unique,
}
