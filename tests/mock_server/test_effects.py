"""Every effect rule has exactly one step, and answers are those the document declares."""

from __future__ import annotations

from typing import Any

import pytest
from rulebound.mock_server.conformance import Conformance
from rulebound.mock_server.effects import pick, registry
from rulebound.mock_server.effects.displays import words
from rulebound.mock_server.effects.registry import EFFECTS, effect_of
from rulebound.mock_server.effects.steps import Effect, Step
from rulebound.mock_server.stub import shipped
from rulebound.openapi.findings import DocumentError
from rulebound.openapi.loader import load
from rulebound.openapi.model import Document, Operation
from rulebound.openapi.request import NO_BODY
from stub_calls import GOOD, Caller


@pytest.fixture(scope="module")
def documents() -> dict[str, Document]:
    """The documents that come with Rulebound, by name."""
    return {folder.name: load(folder) for folder in shipped()}


def test_every_effect_rule_has_exactly_one_step(documents: dict[str, Document]) -> None:
    """And every step carries out a rule of its operation."""
    for document in documents.values():
        for operation in document.operations:
            effect = effect_of(document, operation)

            assert isinstance(effect, Effect)
            steps = [step.rule for step in effect.steps]
            assert sorted(steps) == sorted(rule.id for rule in operation.of_kind("effect"))


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        (pick.EFFECT.steps[1:], "effect rule pick.assigns has no step"),
        ((*pick.EFFECT.steps, Step("pick.stale", print)), "bound to pick.stale, no effect rule"),
        ((*pick.EFFECT.steps, Step("pick.sings", print)), "bound to pick.sings, no effect rule"),
        ((*pick.EFFECT.steps, pick.EFFECT.steps[0]), "pick.assigns has 2 steps"),
    ],
)
def test_a_step_out_of_place_is_found_at_the_start(
    documents: dict[str, Document],
    monkeypatch: pytest.MonkeyPatch,
    steps: tuple[Step, ...],
    said: str,
) -> None:
    """A rule nobody carries out, or a step for no rule, is an error with its place."""
    monkeypatch.setattr(registry, "EFFECTS", {**EFFECTS, "pick": Effect(steps)})
    document = documents["egain-v3"]

    with pytest.raises(DocumentError, match=said) as told:
        effect_of(document, document.operation("pickActivities"))

    assert all(finding.line > 0 for finding in told.value.findings)


def test_an_effect_nobody_registered_is_found_at_the_start(
    documents: dict[str, Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The finding lists the effects there are."""
    monkeypatch.setattr(registry, "EFFECTS", {"login": EFFECTS["login"]})
    document = documents["egain-v3"]

    with pytest.raises(DocumentError, match="known are login"):
        effect_of(document, document.operation("pickActivities"))


@pytest.fixture(scope="module")
def creation(documents: dict[str, Document]) -> Operation:
    """An operation that answers 201 with a Location and no body."""
    return documents["egain-v3"].operation("createIncomingEmailActivity")


@pytest.mark.parametrize(
    ("status", "headers", "body", "media", "said"),
    [
        (201, {"Location": "/core/casemgr/v3/activity/1"}, NO_BODY, None, None),
        (201, {"location": "/core/casemgr/v3/activity/1"}, NO_BODY, None, None),
        (201, {}, NO_BODY, None, "location is missing"),
        (201, {"Location": "/elsewhere"}, NO_BODY, None, "location does not fit"),
        (202, {}, NO_BODY, None, "status 202 is not declared"),
        (201, {"Location": "/core/casemgr/v3/activity/1"}, {}, "application/json", "not declared"),
        (400, {}, {"code": "1", "developerMessage": "x"}, "application/json", None),
        (
            400,
            {},
            {"code": "1", "developerMessage": "x"},
            "text/plain",
            "text/plain is not declared",
        ),
        (400, {}, {"code": 1}, "application/json", "does not fit its schema at /"),
        (400, {}, NO_BODY, None, "none is answered"),
    ],
)
def test_an_answer_is_held_against_its_declaration(  # noqa: PLR0917
    creation: Operation,
    status: int,
    headers: dict[str, str],
    body: Any,
    media: str | None,
    said: str | None,
) -> None:
    """Status, headers, media type and body: what does not fit is told in words."""
    fault = Conformance(creation).fault(status, headers, body, media)

    assert (fault is None) if said is None else (said in str(fault))


@pytest.mark.parametrize(
    ("kind", "value", "language", "word"),
    [
        ("mode", "inbound", "en-US", "Inbound"),
        ("mode", "inbound", "fr-CA", "Entrant"),
        ("status", "completed", "fr-FR", "Terminée"),
        ("type", "task", "ja-JP", "Task"),
        ("type", "generic_complaint", "fr-FR", "generic_complaint"),
    ],
)
def test_words_are_shown_in_the_language_asked_for(
    kind: str, value: str, language: str, word: str
) -> None:
    """French for both French tags, English for every other; a user's own type as it is."""
    assert words(language)[kind][value] == {"value": value, "displayValue": word}


def test_a_refused_request_changes_nothing(call: Caller) -> None:
    """Ids made, counters and records are as before, so that the next one is the same."""
    method, path, body, headers, _ = GOOD["createTaskActivity"]
    twin = call.in_new_world()

    for _ in range(3):
        assert call(method, path, {**body, "subject": "x" * 300}, headers).status == 400

    first, other = call(method, path, body, headers), twin(method, path, body, headers)
    assert first.headers["location"] == other.headers["location"]
    assert call.digest() == twin.digest()
