"""The records that a witness's values speak of, with the field that is taken of each."""

from collections.abc import Iterator, Mapping
from typing import Any

Use = tuple[str, str]
"""A record's name and the field, dotted where it lies deeper."""


def record_uses(value: Any) -> Iterator[Use]:
    """Every record that a value takes something of, as the value forms do."""
    if isinstance(value, list):
        for item in value:
            yield from record_uses(item)
    elif isinstance(value, Mapping):
        if "$of" in value:
            yield value["$of"], value.get("field", "id")
        elif "$each" in value:
            yield from _each(value)
        else:
            for item in value.values():
                yield from record_uses(item)


def _each(value: Mapping[str, Any]) -> Iterator[Use]:
    names = value["$each"]
    if isinstance(names, str):
        names = [f"{names}-{number}" for number in range(1, value["take"] + 1)]
    for name in names:
        for field in value.get("fields", [value.get("field", "id")]):
            yield name, field


def texts_in(value: Any) -> Iterator[str]:
    """Every text that a value holds as it is written, outside value forms that take a record."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts_in(item)
    elif isinstance(value, Mapping) and "$of" not in value and "$each" not in value:
        for item in value.values():
            yield from texts_in(item)


def takes_exact_now(value: Any) -> bool:
    """Whether a value form takes the very moment, which only a clock that stands still has."""
    if isinstance(value, list | tuple):
        return any(map(takes_exact_now, value))
    if not isinstance(value, Mapping):
        return False
    if "$now" in value:
        return not any(digit in str(value["$now"]) for digit in "123456789")
    return any(map(takes_exact_now, value.values()))
