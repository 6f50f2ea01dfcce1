"""A folder of YAML files, loaded: bundled, checked against the dialect, read into the model."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rulebound.openapi import dialect
from rulebound.openapi.bundler import Bundle, bundle
from rulebound.openapi.findings import DocumentError
from rulebound.openapi.model import Document, Operation, SourcePage, Statement
from rulebound.openapi.operation_reader import operations
from rulebound.openapi.pointers import join
from rulebound.openapi.readings import Readings
from rulebound.openapi.request_schema import schema_findings
from rulebound.openapi.rule_reader import RuleReader

DEFAULT_PHASES = (
    "credentials",
    "limit",
    "language",
    "protocol",
    "types",
    "schema",
    "request",
    "existence",
    "permission",
    "state",
    "lock",
    "conflict",
)
"""The phases of a document that names none."""


def load(folder: str | Path) -> Document:
    """The document in `folder`, whose root is `openapi.yaml`.

    Raises DocumentError with every finding: files, references, dialect, conditions, schemas.
    """
    folder = Path(folder)
    whole = bundle(folder)
    root = whole.value
    found = dialect.check(root, whole.locations)
    if found:
        raise DocumentError(found)
    phases = tuple(root.get("x-phases", DEFAULT_PHASES))
    reader = RuleReader(whole.locations, phases, Readings(root))
    read = operations(root, reader)
    for operation in read:
        reader.findings.extend(schema_findings(operation, whole.locations))
    document = _document(folder, whole, read, reader)
    if reader.findings:
        raise DocumentError(reader.findings)
    return document


def _document(
    folder: Path, whole: Bundle, read: tuple[Operation, ...], reader: RuleReader
) -> Document:
    root = whole.value
    schemes = root.get("components", {}).get("securitySchemes", {})
    return Document(
        name=folder.resolve().name,
        folder=folder,
        bundle=root,
        operations=read,
        phases=reader.phases,
        world=root.get("x-world"),
        error_body=root.get("x-error-body", {"code": "{code}", "message": "{message}"}),
        failures={
            name: reader.error(raw, join("/x-failures", name), ())
            for name, raw in root.get("x-failures", {}).items()
        },
        sources=tuple(_page(raw) for raw in root.get("x-sources", ())),
        date_format=root.get("x-date-format"),
        context_roots=tuple(root.get("x-context-roots", ())),
        actors={name: s["x-actor"] for name, s in schemes.items() if "x-actor" in s},
        locations=whole.locations,
        files=whole.files,
        old_words=whole.old_words,
    )


def _page(raw: Mapping[str, Any]) -> SourcePage:
    page = raw["page"]
    return SourcePage(
        key=page["key"],
        title=page["title"],
        publisher=page["publisher"],
        statements={
            id: Statement(id, s["section"], s["hint"]) for id, s in raw["statements"].items()
        },
        informational=raw.get("informational", {}),
    )
