"""Protocol checks and content negotiation."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rulebound.openapi.checks import CHECKS, NOT_CONCERNED
from rulebound.openapi.loader import load
from rulebound.openapi.negotiation import best_language, best_media_type, offered_languages

KEPT, BROKEN, ASIDE = "kept", "broken", "not concerned"
LANGUAGE = {"name": "language", "header": "Accept-Language"}


def verdict(kit: Any, check: Any, actor: Any = None, **request: Any) -> str:
    document = kit.load({"make.x": kit.rule(check=check)})
    trace = kit.judge(document, kit.request(**request), actor)
    return str(trace.outcomes[0].result)


def headers(**values: str) -> dict[str, Any]:
    return {"headers": tuple((name.replace("_", "-"), value) for name, value in values.items())}


SENT = {"body": {"name": "n"}}
CASES: list[tuple[Any, dict[str, Any], str]] = [
    ("credentials", {}, BROKEN),
    ("credentials", {"actor": {"kind": "user"}}, KEPT),
    ("query-known", {"query": (("size", "1"),)}, KEPT),
    ("query-known", {"query": (("size", "1"), ("more", "1"))}, BROKEN),
    ("query-known", {"query": (("custom.a", "1"),)}, BROKEN),
    ({"name": "query-known", "patterns": ["custom.*"]}, {"query": (("custom.a", "1"),)}, KEPT),
    ({"name": "query-known", "patterns": ["custom.*"]}, {"query": (("custom.", "1"),)}, BROKEN),
    ("query-once", {"query": (("a", "1"), ("b", "1"))}, KEPT),
    ("query-once", {"query": (("a", "1"), ("a", "1"))}, BROKEN),
    ("query-not-empty", {"query": (("a", "1"),)}, KEPT),
    ("query-not-empty", {"query": (("a", "1"), ("b", ""))}, BROKEN),
    ({"name": "header-given", "header": "X-A"}, headers(x_a="1"), KEPT),
    ({"name": "header-given", "header": "X-A"}, headers(x_a=" "), BROKEN),
    ({"name": "header-given", "header": "X-A"}, {}, BROKEN),
    ("accept-given", headers(accept="*/*"), KEPT),
    ("accept-given", {}, BROKEN),
    ("accept", {}, ASIDE),
    ("accept", headers(accept="application/json"), KEPT),
    ("accept", headers(accept="text/html, application/*;q=0.1"), KEPT),
    ("accept", headers(accept="*/*"), KEPT),
    ("accept", headers(accept="text/html"), BROKEN),
    ("accept", headers(accept="application/json;q=0, application/xml;q=0"), BROKEN),
    ("accept", headers(accept="json"), BROKEN),
    (LANGUAGE, {}, ASIDE),
    (LANGUAGE, headers(accept_language="fr-FR"), KEPT),
    (LANGUAGE, headers(accept_language="FR-fr"), KEPT),
    (LANGUAGE, headers(accept_language="ja-JP, de-DE;q=0.2"), KEPT),
    (LANGUAGE, headers(accept_language="*"), KEPT),
    (LANGUAGE, headers(accept_language="fr"), BROKEN),
    (LANGUAGE, headers(accept_language="ja-JP"), BROKEN),
    (LANGUAGE, headers(accept_language="*;q=0"), BROKEN),
    (LANGUAGE, headers(accept_language="fr-FR;q=0"), BROKEN),
    (LANGUAGE, headers(accept_language=""), ASIDE),
    (LANGUAGE, headers(accept_language="* ;8K"), BROKEN),
    (LANGUAGE, headers(accept_language="fr-FR;q=2"), BROKEN),
    ("body-given", {}, BROKEN),
    ("body-given", SENT, KEPT),
    ("body-given", {"body": None}, KEPT),
    ("body-given", {"body_fault": "x"}, KEPT),
    ("content-type-given", {}, ASIDE),
    ("content-type-given", SENT, BROKEN),
    ("content-type-given", {**SENT, **headers(content_type="application/json")}, KEPT),
    ("content-type", {}, ASIDE),
    ("content-type", SENT, ASIDE),
    ("content-type", {**SENT, **headers(content_type="Application/JSON; charset=UTF-8")}, KEPT),
    ("content-type", {**SENT, **headers(content_type="application/json; charset=latin1")}, BROKEN),
    ("content-type", {**SENT, **headers(content_type="text/plain")}, BROKEN),
    ("content-type", {**SENT, **headers(content_type=";;;")}, BROKEN),
    ("content-type", {**SENT, **headers(content_type="; charset=utf-8")}, BROKEN),
    (
        "content-type",
        {**SENT, **headers(content_type="application/json", content_encoding="gzip")},
        BROKEN,
    ),
    ("body-well-formed", {}, ASIDE),
    ("body-well-formed", SENT, KEPT),
    ("body-well-formed", {"body_fault": "x"}, BROKEN),
    ("body-well-formed", {"body_fault": "x", **headers(content_type="text/plain")}, ASIDE),
]


@pytest.mark.parametrize(("check", "request_", "expected"), CASES)
def test_a_check_judges_what_it_says(
    kit: Any, check: Any, request_: dict[str, Any], expected: str
) -> None:
    """Each check keeps, breaks or stands aside as the table says."""
    told = dict(request_)
    assert verdict(kit, check, told.pop("actor", None), **told) == expected


def test_a_credential_in_the_query_is_known(kit: Any) -> None:
    """Query parameters that a security scheme declares are no strangers."""
    whole = kit.root({"make.x": kit.rule(check="query-known")}, security=[{"key": []}])
    whole["components"] = {
        "securitySchemes": {"key": {"type": "apiKey", "in": "query", "name": "k", "x-actor": "key"}}
    }
    document = load(kit.folder({"openapi.yaml": whole}))
    assert document.actors == {"key": "key"}
    trace = kit.judge(document, kit.request(query=(("k", "1"),)))
    assert trace.deciding is None


def test_details_name_every_offender_once(kit: Any) -> None:
    """A message can list the names."""
    document = kit.load({"make.x": kit.rule(check="query-known")})
    asked = kit.request(query=(("b", "1"), ("a", "1"), ("b", "2")))
    details = kit.judge(document, asked).deciding.details
    assert details == {"name": "b", "names": "b,a"}


TAGS = ["en-US", "fr-FR", "de-DE"]
WEIGHT = st.sampled_from(["", ";q=0", ";q=0.5", ";q=1", ";q=x", ";q=7", ";q=-1"])


@given(st.lists(st.tuples(st.sampled_from([*TAGS, "EN-us", "ja", "*", "x y", ""]), WEIGHT)))
def test_a_negotiated_language_is_always_offered_and_allowed(items: list[tuple[str, str]]) -> None:
    """What is chosen was offered, and not excluded by name."""
    accepted = ", ".join(tag + weight for tag, weight in items)
    best = best_language(accepted, TAGS)
    assert best is None or best in TAGS
    asked = [(tag.lower(), weight) for tag, weight in items]
    if best and all((best.lower(), w) not in asked for w in ("", ";q=0.5", ";q=1", ";q=7")):
        assert any(tag == "*" for tag, _ in items)


@given(st.text())
def test_no_header_value_breaks_negotiation(value: str) -> None:
    """Any text is negotiated or fits nothing."""
    assert best_language(value, TAGS) in (None, *TAGS)
    assert best_media_type(value, ["application/json"]) in (None, "application/json")


def test_weights_decide_and_ties_go_to_the_first_offered() -> None:
    """Quality values order what is offered; `*` does not outweigh a named exclusion."""
    assert best_language("en-US;q=0.1, fr-FR;q=0.9", TAGS) == "fr-FR"
    assert best_language("fr-FR, en-US", TAGS) == "en-US"
    assert best_language("*, en-US;q=0", TAGS) == "fr-FR"
    assert (
        best_media_type(
            "application/xml, application/json;q=0.5", ["application/json", "application/xml"]
        )
        == "application/xml"
    )
    assert best_media_type(None, ["application/json", "application/xml"]) == "application/json"
    assert best_media_type("*/*", []) is None


def test_the_languages_offered_are_those_of_the_header(kit: Any) -> None:
    """They come from the operation's own list; without a header none is chosen."""
    offered = offered_languages(kit.load().operations[0])
    assert best_language("de-DE", offered) == "de-DE"
    assert best_language(None, offered) is None


def test_every_check_names_its_arguments() -> None:
    """What a check needs it also knows."""
    assert all(check.needs <= check.arguments for check in CHECKS.values())
    assert str(NOT_CONCERNED.value) == ASIDE
