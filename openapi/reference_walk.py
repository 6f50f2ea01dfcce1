"""A document's value with every `$ref` replaced by what it names, and where each part came from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from rulebound.openapi.findings import DocumentError, Finding
from rulebound.openapi.folder import Folder
from rulebound.openapi.locations import Origin
from rulebound.openapi.pointers import escape, join
from rulebound.openapi.positions import DATA, NAMES
from rulebound.openapi.references import Target
from rulebound.openapi.yaml_lines import Mark

MOST_VALUES = 4_000_000
MOST_DEPTH = 120
MOST_HOPS = 40

_UNREAD = ("$dynamicRef", "$dynamicAnchor", "$recursiveRef", "$id", "$anchor", "$schema")
_BESIDE = frozenset(
    [
        "summary",
        "description",
        "title",
        "deprecated",
        "readOnly",
        "writeOnly",
        "example",
        "examples",
        "default",
        "$comment",
        "externalDocs",
    ]
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the walk stands: in a file, at a pointer of it, at a pointer of the bundle, below how
    many names and references."""

    file: str
    inner: str
    pointer: str
    names: bool
    data: bool
    depth: int = 0
    hops: int = 0

    def down(self, key: str | int) -> Place:
        part = escape(key)
        named = not self.names and not self.data and key in NAMES
        data = self.data or (not self.names and key in DATA)
        inner, pointer = f"{self.inner}/{part}", f"{self.pointer}/{part}"
        return Place(self.file, inner, pointer, named, data, self.depth + 1, self.hops)

    def to(self, target: Target) -> Place:
        inner, hops = join("", *target.parts), self.hops + 1
        return Place(target.file, inner, self.pointer, self.names, self.data, self.depth, hops)

    def reads(self, raw: Any) -> tuple[int, bool, bool, bool]:
        """What decides what becomes of a map or list: which it is, and as what it is read."""
        merged = self.names and isinstance(raw, list) and self.pointer.endswith("/x-rules")
        return id(raw), self.names, self.data, merged


class _Done(NamedTuple):
    """What became of a map or list, how many values it holds, and how deep it is."""

    value: Any
    size: int
    height: int


class Walk:
    """One walk through all files. What several references name is walked once and stands in the
    bundle once: only what holds a reference is copied at all."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self.origins: dict[int, Origin] = {}
        self.elsewhere: dict[tuple[int, str | int], tuple[str, int]] = {}
        self._done: dict[tuple[int, bool, bool, bool], _Done] = {}
        self._open: set[tuple[int, bool, bool, bool]] = set()
        self._far: dict[int, tuple[str, int]] = {}
        self._count = 0
        self._lowest = 0

    def value(self, raw: Any, place: Place) -> Any:
        """`raw` with its references replaced."""
        if not isinstance(raw, (dict, list)):
            return raw
        key = place.reads(raw)
        done = self._done.get(key)
        if done is None:
            return self._walked(raw, place, key)
        self._grown(done.size, place.depth + done.height)
        return done.value

    def _walked(self, raw: Any, place: Place, key: tuple[int, bool, bool, bool]) -> Any:
        before, lowest = self._count, self._lowest
        self._lowest = place.depth
        self._grown(len(raw), place.depth)
        self._open.add(key)
        value = self._list(raw, place) if isinstance(raw, list) else self._map(raw, place)
        self._open.remove(key)
        self._done[key] = _Done(value, self._count - before, self._lowest - place.depth)
        self._lowest = max(lowest, self._lowest)
        return value

    def _grown(self, values: int, depth: int) -> None:
        self._count += values
        self._lowest = max(self._lowest, depth)
        if self._count > MOST_VALUES or depth > MOST_DEPTH:
            message = "grows too large or too deep when its references are followed"
            raise DocumentError([Finding("openapi.yaml", 1, "", message, "use fewer references")])

    def _list(self, raw: list[Any], place: Place) -> Any:
        if place.names and place.pointer.endswith("/x-rules"):
            return self._merged(raw, place)
        return self._filled(raw, enumerate(raw), place)

    def _map(self, raw: dict[str, Any], place: Place) -> Any:
        if not place.data:
            if isinstance(raw.get("$ref"), str):
                return self._reference(raw, place)
            if "$ref" in raw and not place.names:
                self._found(place, "$ref is no text", "write it as '#/components/..'")
            for key in () if place.names else _UNREAD:
                if key in raw:
                    self._found(place, f"{key} is not read", "$ref")
        return self._filled(raw, raw.items(), place)

    def _filled(self, raw: Any, items: Iterable[tuple[Any, Any]], place: Place) -> Any:
        """A map or list with what became of its entries: itself where they stay as they are."""
        became: dict[Any, Any] = {}
        for key, item in items:
            if isinstance(item, (dict, list)):
                value = self.value(item, place.down(key))
                if value is not item:
                    became[key] = value
        value = self._copied(raw, became)
        self._written(value, place, raw)
        for key, item in became.items():
            if not isinstance(item, (dict, list)):
                self.elsewhere[id(value), key] = self._far[id(raw[key])]
        return value

    @staticmethod
    def _copied(raw: Any, became: dict[Any, Any]) -> Any:
        if not became:
            return raw
        value = raw.copy()
        for key, item in became.items():
            value[key] = item
        return value

    def _written(self, value: Any, place: Place, raw: Any) -> None:
        file = self._folder.files[place.file]
        if file is not None:
            self.origins[id(value)] = Origin(place.file, file.marks[id(raw)])

    def _reference(self, raw: dict[str, Any], place: Place) -> Any:
        found = self._folder.named(raw["$ref"], place.file, place.inner, place.pointer)
        if found is None:
            return {}
        target, named = found
        there = place.to(target)
        if there.reads(named) in self._open or there.hops > MOST_HOPS:
            message = f"reference {raw['$ref']!r:.200} leads back to itself"
            self._found(place, message, "write the depth out")
            return {}
        value = self.value(named, there)
        if not isinstance(value, (dict, list)):
            line = self._folder.line(there.file, there.inner)
            self._far[id(raw)] = self._far.get(id(named), (there.file, line))
        return self._beside(value, raw, place)

    def _beside(self, target: Any, raw: dict[str, Any], place: Place) -> Any:
        beside = {key: item for key, item in raw.items() if key != "$ref"}
        if not beside:
            return target
        wrong = [key for key in beside if key not in _BESIDE and not key.startswith("x-")]
        if wrong or not isinstance(target, dict):
            message = f"{', '.join(wrong) or 'keys'} beside $ref"
            instead = "only annotations may stand beside $ref; use allOf"
            self._found(place, message, instead)
            return target
        value = {**target, **{key: self.value(v, place.down(key)) for key, v in beside.items()}}
        self.origins[id(value)] = self.origins[id(target)]
        for key in beside:
            line = self._folder.line(place.file, f"{place.inner}/{escape(key)}")
            self.elsewhere[id(value), key] = (place.file, line)
        return value

    def _merged(self, maps: list[Any], place: Place) -> dict[str, Any]:
        """A list of rule maps as one map, whose rules keep the lines they were written on."""
        merged: dict[str, Any] = {}
        for index, item in enumerate(maps):
            here = replace(place, inner=f"{place.inner}/{index}")
            part = self.value(item, here)
            if not isinstance(part, dict):
                self._found(here, "is no map of rules", "id: {..}")
                continue
            for key in part.keys() & merged.keys():
                message = f"rule {key} stands twice"
                self._found(here, message, "keep one")
            merged |= part
            self._from(part, merged)
        self.origins[id(merged)] = Origin(
            place.file, Mark(self._folder.line(place.file, place.inner), {})
        )
        return merged

    def _from(self, part: dict[str, Any], merged: dict[str, Any]) -> None:
        """Note where the entries of a part stand that do not know it themselves."""
        origin = self.origins.get(id(part))
        for key, value in part.items() if origin else ():
            if origin and not isinstance(value, (dict, list)):
                self.elsewhere[id(merged), key] = (origin.file, origin.mark.of(key) or 0)

    def _found(self, place: Place, message: str, instead: str) -> None:
        self._folder.found(place.file, place.inner, place.pointer, message, instead)
