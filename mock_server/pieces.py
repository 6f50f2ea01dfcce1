"""Items of an answer's list that stay what they are: checked once, and written once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import jsonschema_rs
import orjson
from rulebound.openapi.lasting import Lasting
from rulebound.openapi.request_schema import validator

_SAYS_NOTHING = frozenset({"title", "description", "xml"})
_OF_MAPS = _SAYS_NOTHING | {"type", "required", "properties"}
_OF_LISTS = _SAYS_NOTHING | {"type", "items", "minItems", "maxItems"}


def as_json(value: Any) -> bytes:
    """A value as JSON, to be kept. Raises TypeError for what orjson does not write.

    The bytes that orjson hands out keep room for some ten times of what they hold; a copy does not.
    """
    return bytes(memoryview(orjson.dumps(value)))


class Piece(Lasting):
    """Of what it holds, `sent` goes out as one item.

    `fits` is who found that to fit its schema, `ready` is it as JSON; both are None before.
    """

    fits: object = None
    ready: Any = None


class Pieces(NamedTuple):
    """All items of the list that stands under `name` in a body that is a map."""

    name: str
    items: list[Piece]

    def written(self, body: Mapping[str, Any]) -> bytes:
        """The body as JSON. Raises TypeError for what orjson does not write."""
        items = [
            ready if type(ready := each.ready) is orjson.Fragment else self._ready(each)
            for each in self.items
        ]
        return as_json({**body, self.name: items})

    @staticmethod
    def _ready(piece: Piece) -> Any:
        """An item as it is when it goes out first; who asks for it again may ask often."""
        sent = piece["sent"]
        piece.ready = sent if piece.ready is None else orjson.Fragment(as_json(sent))
        return piece.ready


class Parted:
    """The schema of a body, in two: that of the items of one list, and that of all the rest.

    A body fits the whole just when the rest fits with anything for items, and each item fits:
    only such schemas are parted in which nothing else says anything of the items.
    """

    def __init__(self, rest: Any, item: Any) -> None:
        self._rest = validator(rest)
        self._items: jsonschema_rs.Draft202012Validator = validator({"items": item})

    def fits(self, body: Mapping[str, Any], pieces: Pieces) -> bool:
        """Whether a body fits; of its items each is checked once."""
        rest = {**body, pieces.name: [None] * len(pieces.items)}
        if not self._rest.is_valid(rest):
            return False
        new = [each for each in pieces.items if each.fits is not self]
        if not self._items.is_valid([each["sent"] for each in new]):
            return False
        for each in new:
            each.fits = self
        return True


def parted(schema: Any, name: str) -> Parted | None:
    """The schema parted at its list `name`; None where that cannot be done."""
    if not _says_only(schema, _OF_MAPS):
        return None
    of_list = schema.get("properties", {}).get(name)
    if not _says_only(of_list, _OF_LISTS) or "items" not in of_list or _refers(of_list["items"]):
        return None
    freed = {**schema["properties"], name: {**of_list, "items": True}}
    return Parted({**schema, "properties": freed}, of_list["items"])


def _says_only(schema: Any, keywords: frozenset[str]) -> bool:
    return isinstance(schema, dict) and all(
        each in keywords or each.startswith("x-") for each in schema
    )


def _refers(schema: Any) -> bool:
    """Whether it may lean on what stands around it: on another schema, or on an address."""
    if isinstance(schema, dict):
        names = any(each in schema for each in ("$ref", "$dynamicRef", "$id", "$anchor"))
        return names or any(map(_refers, schema.values()))
    return isinstance(schema, list) and any(map(_refers, schema))
