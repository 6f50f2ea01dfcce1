"""A large API as a folder: `write(folder, operations)`, about 10 KB of YAML an operation.

Five operations a resource (create, read, change, remove, search), each with its schemas; headers,
parameters, answers and what all records have are shared by reference. Rules of every form but
`elements`, 19 for an operation with a body. Nothing that lint finds.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from large_parts import (
    BODY,
    CREDENTIALS,
    FAILED,
    FOUND,
    LONG,
    MINE,
    PATH,
    SEARCH,
    Rule,
    closed,
    named,
    sent,
    shared,
)

PER_RESOURCE = 5


def _rules(name: str, rules: tuple[Rule, ...], promise: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for index, (phase, status, condition) in enumerate(rules):
        found[f"{name}.r{index}"] = {
            "says": f"What the page asks of {name} in its paragraph {index}, in our words.",
            "source": [f"{name}-{index}"],
            "phase": phase,
            **condition,
            "error": {
                "status": status,
                "code": f"{status}-{index}",
                "message": f"What {name} was sent does not keep paragraph {index} of its page.",
                "basis": {"status": "documented", "code": "derived"},
            },
        }
    found[f"{name}.done"] = {
        "says": f"What {name} promises is there afterwards.",
        "source": [f"{name}-{len(rules)}"],
        "kind": "effect",
        "ensure": promise,
    }
    return found


def _operation(
    name: str, fine: dict[str, Any], effect: dict[str, Any], rules: tuple[Rule, ...], promise: str
) -> dict[str, Any]:
    status = str(effect["answer"]["status"])
    answers = {str(code): named("responses", name) for code, name in FAILED.items()}
    return {
        "operationId": name.replace("-", "."),
        "summary": f"The operation {name}",
        "description": f"{LONG} {LONG}",
        "security": [{"bearer": []}],
        "responses": {status: {"description": LONG, **fine}, **answers},
        "x-effect": effect,
        "x-rules": _rules(name, rules, promise),
    }


def _answer(status: int) -> dict[str, Any]:
    return {"status": status, "body": {"id": "made.id", "title": "made.title"}}


def _resource(number: int) -> dict[str, dict[str, Any]]:
    """The two paths of a resource."""
    name = f"thing{number}"
    shown = named("schemas", f"Shown{number}")
    one = {"content": {"application/json": {"schema": shown, "example": {"id": "1", "title": "A"}}}}
    listed = {"content": {"application/json": {"schema": {"type": "array", "items": shown}}}}
    media = {"application/json": {"schema": named("schemas", f"Sent{number}")}}
    body = {"requestBody": {"required": True, "description": LONG, "content": media}}
    facts = {"x-facts": {"record": {"one": "path.id", "table": "record", "by": "id"}}}
    kept = {"title": "body.title", "owner": "actor.id"}
    by_id = {"table": "record", "id": "path.id"}
    known = (CREDENTIALS, PATH, FOUND, MINE)
    found = {"status": 200, "body": "made.records"}
    make = {"do": "create", "table": "record", "map": kept, "answer": _answer(201)}
    read = {"do": "read", **by_id, "answer": _answer(200)}
    change = {"do": "update", **by_id, "map": {"title": "body.title"}, "answer": _answer(200)}
    remove = {"do": "delete", **by_id, "answer": {"status": 204}}
    titled = "made.title == body.title"
    some = {"do": "search", "table": "record", "answer": found}
    return {
        f"/{name}": {
            "post": {
                **_operation(f"{name}-make", one, make, (CREDENTIALS, *BODY), titled),
                **body,
            },
            "get": {
                **_operation(
                    f"{name}-some", listed, some, (CREDENTIALS, *SEARCH), "made.count >= 0"
                ),
                "parameters": [named("parameters", "limit"), named("parameters", "order")],
            },
        },
        f"/{name}/{{id}}": {
            "parameters": [named("parameters", "id")],
            "get": {**_operation(f"{name}-read", one, read, known, "made.id == path.id"), **facts},
            "patch": {
                **_operation(f"{name}-change", one, change, (*known, *BODY), titled),
                **body,
                **facts,
            },
            "delete": {
                **_operation(f"{name}-remove", {}, remove, known, "record.id == path.id"),
                **facts,
            },
        },
    }


def _page(number: int, paths: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The source page of a resource: a statement for every rule."""
    operations = [
        item[method] for item in paths.values() for method in item if method != "parameters"
    ]
    cited = [rule["source"][0] for each in operations for rule in each["x-rules"].values()]
    page = {"title": f"Thing {number}", "publisher": "example.com", "key": f"thing{number}"}
    said = {id: {"section": "What is asked", "hint": f"paragraph {id} of the page"} for id in cited}
    return {"page": page, "statements": said}


def _shown(number: int) -> dict[str, Any]:
    """What answers show: what was sent, and what every record has."""
    fields = sent(number)["properties"]
    more = {"id": {"type": "string"}, "owner": {"type": "string", "description": LONG}}
    return closed({**more, **fields}, "id", "title")


_HEAD: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Things", "version": "1.0.0", "description": LONG},
    "servers": [{"url": "http://things.example.com/v1"}],
    "x-world": "seed",
}
_SEED: dict[str, Any] = {
    "tables": {
        "user": {"ids": "digits", "properties": {"id": {"type": "string"}}},
        "record": {
            "ids": "digits",
            "properties": {
                "id": {"type": "string"},
                "title": {"type": "string"},
                "owner": {"type": "string", "x-table": "user"},
            },
        },
        "token": {
            "ids": "given",
            "properties": {
                "id": {"type": "string"},
                "kind": {"type": "string"},
                "subject": {"type": "string"},
                "scopes": {"type": "array", "items": {"type": "string"}, "default": []},
                "expires": {"type": ["string", "null"], "default": None},
            },
        },
    },
    "settings": {},
    "actors": {"ada": {"kind": "user", "is": "user.ada", "token": "token-ada", "scopes": []}},
    "records": {"user": {"ada": {"id": "1"}}},
}


class _Plain(yaml.CSafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def write(folder: Path, operations: int) -> int:
    """Write the folder of an API with so many operations; gives the bytes of its document."""
    numbers = range(operations // PER_RESOURCE)
    resources = {number: _resource(number) for number in numbers}
    components = shared()
    for number in numbers:
        components["schemas"] |= {f"Sent{number}": sent(number), f"Shown{number}": _shown(number)}
    document = {
        **_HEAD,
        "x-sources": [_page(number, paths) for number, paths in resources.items()],
        "paths": {path: item for paths in resources.values() for path, item in paths.items()},
        "components": components,
    }
    (folder / "seed").mkdir(parents=True)
    for name, value in _SEED.items():
        _dump(folder / "seed" / f"{name}.yaml", value)
    return _dump(folder / "openapi.yaml", document)


def _dump(path: Path, value: Any) -> int:
    return path.write_text(yaml.dump(value, Dumper=_Plain, sort_keys=False, width=100))
