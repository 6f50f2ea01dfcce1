"""Rules as they are listed for people and programs: with operation, place and the page's words."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from rulebound.openapi.model import Document, Operation, Rule


def statements(document: Document, ids: Iterable[str]) -> list[dict[str, str]]:
    """Of each statement: id, title of its page, section, and a hint at what it says."""
    cited = tuple(ids)
    return [
        {"id": id, "page": page.title, "section": said.section, "hint": said.hint}
        for page in document.sources
        for id in cited
        if (said := page.statements.get(id)) is not None
    ]


@dataclass(frozen=True, slots=True)
class Listed:
    """A rule with the document and operation it belongs to."""

    document: Document
    operation: Operation
    rule: Rule

    @property
    def line(self) -> str:
        """Its id, sources, what answers who breaks it, and below it its sentence."""
        rule = self.rule
        answer = f"{rule.error.status} {rule.error.code}" if rule.error else rule.kind
        return f"{rule.id}  [{', '.join(rule.source)}]  {answer}\n    {rule.says}"

    def as_data(self) -> dict[str, Any]:
        """All that is known of it, as JSON values."""
        rule = self.rule
        shown: dict[str, Any] = {"id": rule.id, "kind": rule.kind, "says": rule.says}
        shown |= {"source": list(rule.source), "reading": rule.reading, "phase": rule.phase}
        if rule.error:
            shown["error"] = {"status": rule.error.status, "code": rule.error.code}
        shown |= {"api": self.document.name, "operation": self.operation.id}
        shown |= {"file": rule.file, "line": rule.line, "because": rule.because}
        return shown | {"statements": statements(self.document, self.rule.source)}

    def is_called(self, pattern: str) -> bool:
        """Whether a pattern chooses it: the id of the rule (may hold *), its operation's id, or
        the short name of that, the word in front of the ids of its rules."""
        names = (self.operation.id, self.rule.id.partition(".")[0])
        return fnmatchcase(self.rule.id, pattern) or pattern in names


def listed(documents: Iterable[Document]) -> list[Listed]:
    """Every rule, in the order of the documents."""
    return [
        Listed(document, operation, rule)
        for document in documents
        for operation in document.operations
        for rule in operation.rules
    ]


def nearest(pattern: str, rules: Iterable[Listed]) -> list[str]:
    """The names of rules and operations nearest to a pattern that chooses nothing."""
    names: dict[str, None] = {}
    for each in rules:
        names |= dict.fromkeys((each.rule.id, each.operation.id, each.rule.id.partition(".")[0]))
    return near_names(pattern, names)


def near_names(name: str, known: Iterable[str]) -> list[str]:
    """Up to three of the known names, the nearest to `name` first."""
    return difflib.get_close_matches(name, known, n=3)
