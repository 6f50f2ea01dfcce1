"""Small documents, written into folders, loaded and judged."""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from rulebound.openapi.facts import Facts
from rulebound.openapi.findings import DocumentError, Finding
from rulebound.openapi.judge import Judge
from rulebound.openapi.loader import load
from rulebound.openapi.model import Document
from rulebound.openapi.request import NO_BODY, Request
from rulebound.openapi.trace import Switches, Trace

# Test modules are imported by path, so what they share has to be found by itself.
sys.path.append(str(Path(__file__).parent))

NOW = datetime(2026, 11, 22, tzinfo=UTC)
ERROR = {"status": 400, "code": "400-1", "message": {"en": "No.", "fr": "Non."}}
OPERATION: dict[str, Any] = {
    "operationId": "make",
    "parameters": [
        {"name": "size", "in": "query", "schema": {"type": "integer", "minimum": 1}},
        {
            "name": "Accept-Language",
            "in": "header",
            "required": True,
            "schema": {"type": "string", "enum": ["en-US", "fr-FR", "de-DE"]},
        },
    ],
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["name"],
                    "properties": {
                        "name": {"type": "string", "maxLength": 5},
                        "things": {
                            "type": "array",
                            "maxItems": 2,
                            "items": {
                                "type": "object",
                                "required": ["id"],
                                "properties": {"id": {"type": "string"}},
                            },
                        },
                    },
                }
            }
        },
    },
    "responses": {
        "201": {"description": "Made.", "content": {"application/json": {}, "application/xml": {}}}
    },
}
ROOT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Things", "version": "1"},
    "paths": {"/things": {"post": OPERATION}},
}


@pytest.fixture
def folder(tmp_path: Path) -> Callable[[Mapping[str, Any]], Path]:
    """Writes files (text, or a value to be dumped) into a folder of their own."""
    made = 0

    def write(files: Mapping[str, Any]) -> Path:
        nonlocal made
        made += 1
        home = tmp_path / f"api-{made}"
        for name, content in files.items():
            path = home / name
            path.parent.mkdir(parents=True, exist_ok=True)
            text = content if isinstance(content, str) else yaml.safe_dump(content, sort_keys=False)
            path.write_text(text, encoding="utf-8")
        return home

    return write


class Shelf:
    """A view over plain tables, counting what was asked."""

    def __init__(self, **tables: dict[str, dict[str, Any]]) -> None:
        self.tables = tables
        self.asked = 0

    def get(self, table: str, id: str) -> dict[str, Any] | None:
        self.asked += 1
        return self.tables[table].get(id)

    def find(self, table: str, field: str, value: object) -> list[dict[str, Any]]:
        self.asked += 1
        return [r for r in self.tables[table].values() if r.get(field) == value]

    def scan(self, table: str) -> list[dict[str, Any]]:
        self.asked += 1
        return list(self.tables[table].values())


class Kit:
    """Builds and judges the plain document; tests get it as the fixture `kit`."""

    Shelf = Shelf
    NOW = NOW
    OPERATION = OPERATION

    def __init__(self, folder: Callable[[Mapping[str, Any]], Path]) -> None:
        self.folder = folder

    @staticmethod
    def rule(**condition: Any) -> dict[str, Any]:
        """A rule that refuses, with this condition; its phase is schema unless said."""
        told = {"says": "Something.", "source": ["S1"], "phase": "schema", "error": ERROR}
        return {**told, **condition}

    @staticmethod
    def root(rules: Mapping[str, Any] | None = None, **operation: Any) -> dict[str, Any]:
        """The plain document with these rules and changes to its one operation."""
        whole = copy.deepcopy(ROOT)
        whole["paths"]["/things"]["post"].update(operation)
        if rules is not None:
            whole["paths"]["/things"]["post"]["x-rules"] = dict(rules)
        return whole

    def load(self, rules: Mapping[str, Any] | None = None, **operation: Any) -> Document:
        """The plain document, loaded."""
        return load(self.folder({"openapi.yaml": self.root(rules, **operation)}))

    def findings(self, whole: Mapping[str, Any]) -> list[Finding]:
        """What keeps a document from loading."""
        with pytest.raises(DocumentError) as caught:
            load(self.folder({"openapi.yaml": dict(whole)}))
        return list(caught.value.findings)

    @staticmethod
    def request(body: Any = NO_BODY, **more: Any) -> Request:
        """A request to make a thing."""
        more.setdefault("media_type", "application/json" if body is not NO_BODY else None)
        return Request("POST", "/things", body=body, **more)

    @staticmethod
    def judge(  # noqa: PLR0917
        document: Document,
        asked: Request,
        actor: Mapping[str, Any] | None = None,
        view: Any = None,
        switches: Switches | None = None,
        lookups: Mapping[str, Any] | None = None,
    ) -> Trace:
        """The trace of a request to the document's one operation."""
        operation = document.operations[0]
        facts = Facts(operation, view or Shelf(), asked, actor, {}, NOW, lookups or {})
        return Judge(operation).judge(asked, actor, facts, {}, NOW, switches or Switches())


@pytest.fixture
def kit(folder: Callable[[Mapping[str, Any]], Path]) -> Kit:
    """Builds and judges small documents."""
    return Kit(folder)
