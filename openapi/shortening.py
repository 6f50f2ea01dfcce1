"""A large request made short, so that each thing wrong with it is found once, not a thousand times.

What a schema says of every item of a list is broken by every item, and to describe one break takes
longer than to read a hundred items.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

MOST_PARTS = 500
"""Of a request that is not made short."""
_COUNTS = frozenset(("minItems", "maxItems", "minContains", "maxContains"))
_WHOLE = ("/uniqueItems", "/contains", "/minContains", "/maxContains")

Path = tuple[str | int, ...]


def is_large(instance: Any) -> bool:
    """Whether a JSON value has more parts than are looked at one by one."""
    found = [instance]
    parts: Collection[Any]
    for each in found:  # it grows meanwhile
        if type(each) is dict:
            parts = each.values()
        elif type(each) is list:
            parts = each
        else:
            continue
        if len(found) + len(parts) > MOST_PARTS + 1:
            return True
        found += parts
    return False


def most_counted(schema: Any) -> int:
    """The largest number of items that a schema speaks of."""
    if not isinstance(schema, (dict, list)):
        return 0
    inner = schema.values() if isinstance(schema, dict) else schema
    pairs = schema.items() if isinstance(schema, dict) else ()
    own = [int(each) for name, each in pairs if name in _COUNTS and isinstance(each, (int, float))]
    return max((0, *own, *map(most_counted, inner)))


class Shortened:
    """A JSON value without the items of its lists that show nothing new.

    `errors` are what a validator finds in it (schemaLocation, instanceLocation and error). Of each
    list as many items are kept as a schema may count (`counted`), and one more, and those in which
    something is wrong for the first time.
    """

    def __init__(self, value: Any, errors: Sequence[Mapping[str, Any]], counted: int) -> None:
        self._few = counted + 1
        self._kept: dict[Path, tuple[int, ...]] = {}
        self._value = value
        self.short = self._shortened(value, _wanted(errors), ())

    def original(self, path: Sequence[str | int]) -> tuple[list[str | int], Any]:
        """Where in the whole value a part of `short` stands, and what stands there."""
        found: list[str | int] = []
        value = self._value
        for depth, step in enumerate(path):
            kept = self._kept.get(tuple(path[:depth]))
            found.append(kept[step] if kept is not None and isinstance(step, int) else step)
            value = value[found[-1]]
        return found, value

    def _shortened(self, value: Any, wanted: dict[str, Any], path: Path) -> Any:
        if isinstance(value, dict):
            return {
                name: self._shortened(each, wanted.get(name, {}), (*path, name))
                for name, each in value.items()
            }
        if not isinstance(value, list):
            return value
        if len(value) > self._few and not wanted.get(_ALL):
            shown = {int(name) for name in wanted if name.isdecimal()}
            kept = tuple(sorted(shown.union(range(self._few))))
            self._kept[path] = kept
        else:
            kept = tuple(range(len(value)))
        return [
            self._shortened(value[index], wanted.get(str(index), {}), (*path, place))
            for place, index in enumerate(kept)
        ]


_ALL = "all of it"


def _wanted(errors: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The places where something is wrong for the first time, as a tree of steps."""
    tree: dict[str, Any] = {}
    for location, path in _first(errors):
        here = tree
        for step in path.split("/")[1:]:
            here = here.setdefault(step.replace("~1", "/").replace("~0", "~"), {})
        if location.endswith(_WHOLE):
            here[_ALL] = True
    return tree


def _first(errors: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    seen = set()
    for each in errors:
        location = each["schemaLocation"]
        # Which name is missing stands in the words alone.
        kind = (location, each["error"] if location.endswith("/required") else "")
        if kind not in seen:
            seen.add(kind)
            yield location, each["instanceLocation"]
