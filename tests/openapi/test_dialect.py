"""The dialect is closed: what is not known is told, with its place and what is allowed."""

from __future__ import annotations

from typing import Any

import pytest

CASES: list[tuple[dict[str, Any], str, str]] = [
    ({"x-rule": {}}, "x-rule", "x-rules"),
    ({"x-facts": {"body": {"lookup": "a"}}}, "'body' is not allowed", "name"),
    ({"x-facts": {"a": {"one": "body.x"}}}, "do not make a whole", "a fact is"),
    ({"x-facts": {"a": {"one": "body.x", "lookup": "b"}}}, "", "a fact is"),
    ({"x-facts": {"a": {"lookup": "Big"}}}, "written", "kebab"),
    ({"x-facts": {"a": {"lookup": "b", "more": 1}}}, "'more' is not known", "lookup"),
    ({"x-effect": {"do": "shout", "table": "note"}}, "allowed values", "create"),
    ({"x-effect": {"steps": "a", "table": "note"}}, "do not make a whole", "an effect is"),
    ({"x-elements": [{"path": "name", "user": "must"}]}, "allowed values", "required, optional"),
    ({"x-elements": [{"path": "name", "robot": "required"}]}, "'robot' is not known", "customer"),
    ({"responses": {"20": {}}}, "'20' is not allowed", "status"),
    ({"parameters": [{"name": "a"}]}, "missing", "in"),
    ({"operationId": 7}, "wrong type", "string"),
]


@pytest.mark.parametrize(("change", "message", "instead"), CASES)
def test_what_the_dialect_does_not_know_is_a_finding(
    kit: Any, change: dict[str, Any], message: str, instead: str
) -> None:
    """Each finding says what is wrong and what is allowed, at a line."""
    found = kit.findings(kit.root(**change))
    assert any(message in f.message and instead in f.instead for f in found), found
    assert all(f.file == "openapi.yaml" and f.line > 0 and f.pointer for f in found)


def test_the_nearest_key_comes_first(kit: Any) -> None:
    """A misspelt key of a rule is told with the one that was meant, then all."""
    rule = {"says": "x", "source": ["S1"], "kind": "effect", "ensur": "made.id == '1'"}
    (found,) = [
        f for f in kit.findings(kit.root(**{"x-rules": {"a.b": rule}})) if "known" in f.message
    ]
    assert found.instead.startswith("did you mean ensure? known are because, ")


def test_a_row_of_elements_stands_once(kit: Any) -> None:
    """Two rows for one path would contradict each other."""
    found = kit.findings(kit.root(**{"x-elements": [{"path": "a", "user": "required"}] * 2}))
    assert [f.message for f in found] == ["element a stands twice"]


def test_a_template_of_an_effect_is_kept_as_written(kit: Any) -> None:
    """The parts of a plain effect are the document's own."""
    plain = {"do": "create", "table": "t", "map": {"a": "body.name"}, "answer": {"status": 201}}
    effect = kit.load(**{"x-effect": plain}).operations[0].effect
    assert (effect.do, effect.table, effect.map) == ("create", "t", {"a": "body.name"})
    assert effect.answer == {"status": 201} and effect.steps is None


RULES: list[tuple[dict[str, Any], str]] = [
    ({}, "has no condition"),
    ({"require": "true", "check": "credentials"}, "require and check"),
    ({"require": "tru"}, "no name 'tru'"),
    ({"require": "1 ="}, "column"),
    ({"require": "nothing.at.all"}, "no name 'nothing'"),
    ({"when": "true", "check": "credentials"}, "when without require"),
    ({"require": "true", "phase": "later"}, "phase 'later' is unknown"),
    ({"require": "true", "kind": "effect"}, "does not go with kind effect"),
    ({"ensure": "made.id == '1'"}, "does not go with kind reject"),
    ({"check": "weather"}, "check 'weather' is unknown"),
    ({"check": {"name": "language"}}, "needs 'header'"),
    ({"check": {"name": "accept", "loud": True}}, "takes no 'loud'"),
    ({"schema": {"at": "/responses", "keyword": "type"}}, ""),
    ({"schema": {"at": "/requestBody"}}, "'keyword' is missing"),
    ({"elements": {"at": "*", "cell": "optional"}}, "allowed values"),
    ({"require": "true", "extra": 1}, "'extra' is not known"),
    ({"require": "true", "error": {"status": 400, "code": "1"}}, "'message' is missing"),
    (
        {"require": "true", "error": {"status": 4, "code": "1", "message": "m"}},
        "does not fit (minimum)",
    ),
    (
        {"require": "true", "error": {"status": 400, "code": "1", "message": {"fr": "m"}}},
        "",
    ),
    (
        {
            "require": "true",
            "error": {"status": 400, "code": "1", "message": "m", "values": {"a": "nowhere"}},
        },
        "no name 'nowhere'",
    ),
]


@pytest.mark.parametrize(("condition", "message"), RULES)
def test_a_rule_that_is_none_is_a_finding(
    kit: Any, condition: dict[str, Any], message: str
) -> None:
    """Every mistake in a rule is found at load, at the rule."""
    found = kit.findings(kit.root({"make.it": kit.rule(**condition)}))
    assert any(message in f.message for f in found), found
    assert all("/x-rules/make.it" in f.pointer and f.line > 0 for f in found)


def test_rule_and_operation_names_are_taken_once(kit: Any) -> None:
    """Two operations cannot share a rule id or an operation id."""
    whole = kit.root({"make.it": kit.rule(require="true")})
    whole["paths"]["/more"] = {"post": whole["paths"]["/things"]["post"]}
    messages = {f.message for f in kit.findings(whole)}
    assert messages == {"make is taken by POST /things", "make.it is taken by POST /things"}


def test_a_fact_reads_only_what_is_known_before_it(kit: Any) -> None:
    """Facts stand in order."""
    facts = {
        "late": {"one": "early.id", "table": "t", "by": "id"},
        "early": {"one": "body.id", "table": "t", "by": "id"},
    }
    found = kit.findings(kit.root(**{"x-facts": facts}))
    assert [f.message for f in found] == ["fact late reads 'early', which is not known before it"]
    assert "body" in found[0].instead


def test_schemas_that_are_none_are_findings(kit: Any) -> None:
    """Patterns that could run away or need look-around, and broken keywords, are told."""
    for schema, words in (
        ({"type": "string", "pattern": "(?=a)b"}, "pattern"),
        ({"type": "string", "pattern": "(a"}, "pattern"),
        ({"type": "string", "maxLength": "5"}, "maxLength"),
        ({"type": "sting"}, "type"),
    ):
        parameters = [{"name": "a", "in": "query", "schema": schema}]
        found = kit.findings(kit.root(parameters=parameters))
        assert any(words in f.message and f.line > 0 for f in found), found


def test_a_document_keeps_what_it_says(kit: Any) -> None:
    """The model holds the document's parts as written, rules in order of phase."""
    document = kit.load(
        {
            "make.b": kit.rule(require="true", phase="state"),
            "make.a": kit.rule(require="true", phase="request"),
            "make.done": {"says": "x", "source": ["S2"], "kind": "effect", "ensure": "made.ok"},
            "make.fine": {"says": "x", "source": ["S3"], "kind": "tolerate"},
        },
        **{"x-effect": {"steps": "make"}},
    )
    operation = document.operation("make")
    assert [r.id for r in operation.of_kind("reject")] == ["make.a", "make.b"]
    assert operation.effect is not None and operation.effect.steps == "make"
    assert operation.rule("make.b").line > 0
    assert document.rule("make.fine").condition is None
    assert operation.rule("make.a").error.message == {"en": "No.", "fr": "Non."}
    with pytest.raises(KeyError):
        document.rule("make.none")
    with pytest.raises(KeyError):
        document.operation("none")
    with pytest.raises(KeyError):
        operation.rule("make.none")
