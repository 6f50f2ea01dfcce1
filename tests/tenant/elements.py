"""Bodies as trees of elements. A shape is a dict (an object), a list of one shape (a list), TEXT
or FLAG; a path is names with dots between them, `[]` behind a name goes through a list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tenant.wire import refuse

TEXT, FLAG = str, bool

ATTRIBUTES = {
    "customAttribute": [{"attribName": TEXT, "attribValues": {"attribValue": [{"value": TEXT}]}}]
}
CUSTOMER = {
    "type": {"value": TEXT},
    "customerName": TEXT,
    "contacts": {
        "contact": [
            {
                "firstName": TEXT,
                "lastName": TEXT,
                "loginId": TEXT,
                "email": [{"emailAddress": TEXT}],
                "phone": [
                    {
                        "type": {"value": TEXT},
                        "phoneNo": TEXT,
                        "countryCode": TEXT,
                        "areaCode": TEXT,
                        "extension": TEXT,
                    }
                ],
                "social": [{"type": {"value": TEXT}, "socialId": TEXT}],
                "customAttributes": ATTRIBUTES,
            }
        ]
    },
    "customAttributes": ATTRIBUTES,
}


def each(data: Any, path: str) -> Iterator[Any]:
    """Every value at a path, in order."""
    if not path:
        yield data
        return
    head, _, rest = path.partition(".")
    name = head.removesuffix("[]")
    if isinstance(data, dict) and name in data:
        for item in data[name] if head.endswith("[]") else [data[name]]:
            yield from each(item, rest)


def at(data: Any, path: str) -> Any:
    """The (first) value at a path, or None."""
    return next(each(data, path), None)


def blank(text: str | None) -> bool:
    """Whether a text is absent, empty or nothing but white space."""
    return text is None or not text.strip()


def shaped(shape: Any, value: Any) -> Any:
    """What was read from XML, with the shape's lists, empty objects and truth values."""
    if isinstance(shape, list):
        return [shaped(shape[0], item) for item in (value if isinstance(value, list) else [value])]
    if isinstance(shape, dict) and value == "":
        return {}
    if isinstance(shape, dict) and isinstance(value, dict):
        return {name: shaped(shape.get(name, TEXT), inner) for name, inner in value.items()}
    if shape is FLAG and value in ("true", "false"):
        return value == "true"
    return value


def check_types(shape: Any, value: Any, path: str = "") -> None:
    """Refuses (400-152) a value that is not of its element's plain type; null is of none."""
    kind = shape if isinstance(shape, type) else type(shape)
    if not isinstance(value, kind):
        raise refuse(400, "400-152", path or "activity")
    if isinstance(shape, list):
        for item in value:
            check_types(shape[0], item, path)
    if isinstance(shape, dict):
        for name in value.keys() & shape.keys():
            check_types(shape[name], value[name], f"{path}.{name}".lstrip("."))


def check_known(shape: Any, value: Any, path: str = "") -> None:
    """Refuses (400-147) an element that the shape does not have."""
    if isinstance(shape, list):
        for item in value:
            check_known(shape[0], item, path)
    if isinstance(shape, dict):
        for name in value:
            inner = f"{path}.{name}".lstrip(".")
            if name not in shape:
                raise refuse(400, "400-147", inner)
            check_known(shape[name], value[name], inner)


def check_present(data: Any, places: str, *needed: str, code: str = "400-146") -> None:
    """Refuses where an element at `places` lacks one that it needs, or has an empty list there."""
    for found in each(data, places):
        for path in needed:
            if at(found, path) in (None, []):
                raise refuse(400, code, f"{places}.{path}".lstrip("."))


def check_attributes(data: Any, places: str) -> None:
    """Custom attributes: a filled list of names, each with a filled list of values."""
    check_present(data, places, "customAttribute")
    check_present(data, f"{places}.customAttribute[]", "attribName", "attribValues.attribValue")
    check_present(data, f"{places}.customAttribute[].attribValues.attribValue[]", "value")


def told(data: Any) -> dict[str, list[str]]:
    """Custom attributes by name, with their values; told twice, a name has the values of both."""
    found: dict[str, list[str]] = {}
    for attribute in each(data, "customAttribute[]"):
        values = list(each(attribute, "attribValues.attribValue[].value"))
        found.setdefault(attribute["attribName"], []).extend(values)
    return found
