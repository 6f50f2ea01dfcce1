"""What the operations of a large API share, and what their rules are: see large_document.py."""

from __future__ import annotations

from typing import Any

Rule = tuple[str, int, dict[str, Any]]

FAILED = {400: "Refused", 401: "Unauthorized", 403: "Forbidden", 404: "NotFound"}
CREDENTIALS: Rule = ("credentials", 401, {"check": "credentials"})
FOUND: Rule = ("existence", 404, {"require": "record != null"})
MINE: Rule = (
    "permission",
    403,
    {"when": "record != null", "require": "record.owner == actor.id"},
)
PATH: Rule = (
    "types",
    400,
    {"schema": {"at": "/parameters/id", "keyword": ["type", "pattern"]}},
)


def _claim(at: str | list[str], *keywords: str, phase: str = "schema", **more: str) -> Rule:
    return phase, 400, {"schema": {"at": at, "keyword": list(keywords), **more}}


BODY: tuple[Rule, ...] = (
    ("protocol", 400, {"check": "content-type"}),
    ("protocol", 400, {"check": "body-given"}),
    ("protocol", 400, {"check": "body-well-formed"}),
    _claim("/requestBody/**", "type", phase="types"),
    _claim("/requestBody", "required", item="title"),
    _claim("/requestBody/**", "required"),
    _claim("/requestBody/**", "additionalProperties"),
    _claim("/requestBody/title", "maxLength"),
    _claim("/requestBody/**", "maxLength", "minLength", "format"),
    _claim("/requestBody/**", "minimum", "maximum", "maxItems"),
    _claim("/requestBody/**", "enum", "pattern"),
    ("request", 400, {"when": "given(body, 'begins')", "require": "body.begins <= now"}),
    ("request", 400, {"require": "!given(body, 'lines') || body.lines.all(x, x.count > 0)"}),
    ("conflict", 400, {"when": "given(body, 'note')", "require": "body.note != body.title"}),
)
SEARCH: tuple[Rule, ...] = (
    ("protocol", 400, {"check": {"name": "query-known", "patterns": ["custom.*"]}}),
    _claim(["/parameters/limit", "/parameters/order"], "type", phase="types"),
    _claim("/parameters/limit", "minimum", "maximum"),
    _claim("/parameters/order", "enum"),
)
LONG = (
    "What this is for, when it may be left out, and what becomes of it, told at such length as "
    "people who write documents tell it at. It is kept as it was sent, and shown to whoever may "
    "read the record, or look at all of them."
)
_FIELDS: tuple[dict[str, Any], ...] = (
    {"type": "string", "maxLength": 80},
    {"type": "string", "pattern": "^[a-z]{2}-[0-9]{1,6}$", "example": "ab-12"},
    {"type": "integer", "minimum": 0, "maximum": 1000, "default": 7},
    {"type": "string", "enum": ["open", "waiting", "closed"]},
    {"type": "array", "maxItems": 20, "items": {"type": "string", "minLength": 1}},
    {"type": ["string", "null"], "format": "date-time"},
)


def named(kind: str, name: str) -> dict[str, str]:
    """A reference to a component."""
    return {"$ref": f"#/components/{kind}/{name}"}


def closed(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    """The schema of an object with these properties and no others."""
    needed = {"required": list(required)} if required else {}
    return {"type": "object", "properties": properties, "additionalProperties": False, **needed}


def shared() -> dict[str, Any]:
    """The components that every resource refers to."""
    text = {"type": "string", "maxLength": 200, "description": LONG}
    person = closed({"name": text, "email": {**text, "format": "email"}, "phone": text}, "name")
    address = closed(
        {"street": text, "town": text, "country": text, "for": named("schemas", "Person")}
    )
    line = closed({"article": text, "count": {"type": "integer", "minimum": -9}}, "article")
    error = closed({"code": {"type": "string"}, "message": {"type": "string"}}, "code", "message")
    identity = {"type": "string", "pattern": "^[0-9]{1,12}$"}
    media = {"application/json": {"schema": named("schemas", "Error")}}
    trace = {"X-Trace": {"schema": {"type": "string"}}}
    return {
        "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "x-actor": "user"}},
        "schemas": {"Person": person, "Address": address, "Line": line, "Error": error},
        "parameters": {
            "id": {"name": "id", "in": "path", "required": True, "schema": identity},
            "limit": {
                "name": "limit",
                "in": "query",
                "description": LONG,
                "schema": {"type": "integer", "minimum": 1, "maximum": 500},
            },
            "order": {
                "name": "order",
                "in": "query",
                "description": LONG,
                "schema": {"type": "string", "enum": ["up", "down"]},
            },
        },
        "responses": {
            name: {"description": f"{name}. {LONG}", "headers": trace, "content": media}
            for name in FAILED.values()
        },
    }


def sent(number: int) -> dict[str, Any]:
    """The schema of what is sent to make or change a record of resource `number`."""
    fields = {
        f"{word}{index}": {**_FIELDS[(number + index) % len(_FIELDS)], "description": LONG}
        for index, word in enumerate(("alpha", "beta", "gamma", "delta", "kappa", "omega") * 2)
    }
    return closed(
        {
            "title": {"type": "string", "maxLength": 120, "description": LONG},
            "note": {"type": "string", "minLength": 1, "description": LONG},
            "begins": {"type": "string", "format": "date-time", "description": LONG},
            "contact": named("schemas", "Person"),
            "sent": named("schemas", "Address"),
            "lines": {"type": "array", "maxItems": 99, "items": named("schemas", "Line")},
            **fields,
        },
        "title",
        "lines",
    )
