"""Errors and display values in the language asked for."""

from __future__ import annotations

from typing import Any

import pytest
from acceptance import asked
from acceptance.asked import Asked
from acceptance.wire import Answer, Caller

ENGLISH_AND_FRENCH = {
    "pick.at-least-one": (
        asked.pick,
        {"body": {"activity": []}},
        "The list 'activity' must name at least one activity.",
        "La liste « activity » doit nommer au moins une activité.",
    ),
    "pick.query-known": (
        asked.pick,
        {"query": {"colour": "blue", "size": "1"}},
        "Unsupported query parameter(s) supplied: 'colour,size'.",
        "Paramètre(s) de requête non pris en charge : « colour,size ».",
    ),
    "pick.exists": (
        asked.pick,
        {"body": asked.picked(("99", asked.QUEUED[1]), ("40001", asked.QUEUED[1]))},
        "There are no activities with these ids: 99.",
        "Aucune activité ne porte ces identifiants : 99.",
    ),
    "task.due-date-future": (
        asked.task,
        {"body": {**asked.VALID_TASK, "dueDate": "2020-01-01T00:00:00.000Z"}},
        "The due date must lie in the future.",
        "L'échéance doit se situer dans le futur.",
    ),
    "search.filter-needed": (asked.search, {"query": {}}, None, None),
    "search.session-required": (asked.search, {}, None, None),
    "login.five-sessions": (
        asked.login,
        {"body": {"userName": "fiona", "password": "fiona-Pass-1"}},
        "The user has five open sessions already.",
        "L'utilisateur a déjà cinq sessions ouvertes.",
    ),
}


def spoken(caller: Caller, rule: str, language: str) -> Answer:
    """What a request that breaks the rule is answered in a language."""
    request, changes, *_ = ENGLISH_AND_FRENCH[rule]
    headers = {**request.headers, "Accept-Language": language}
    if rule == "search.session-required":
        headers["X-egain-session"] = "none"
    return request.send(caller, **changes, headers=headers)


@pytest.mark.parametrize("rule", ENGLISH_AND_FRENCH)
def test_a_refusal_speaks_english_and_french(world: Caller, rule: str) -> None:
    """en-US and fr-FR get their own sentence, with the same status, code and rule."""
    english, french = (spoken(world, rule, tag) for tag in ("en-US", "fr-FR"))
    assert english.rule == french.rule == rule
    assert (english.status, english.code) == (french.status, french.code)
    assert english.message != french.message
    _, _, *known = ENGLISH_AND_FRENCH[rule]
    if None not in known:
        assert [english.message, french.message] == known


PREFERRED = {
    "fr-CA": "fr",
    "FR-fr": "fr",
    "en-US;q=0.2, fr-FR;q=0.9": "fr",
    "xx-XX, fr-FR;q=0.1": "fr",
    "fr-FR;q=0, *;q=0.5": "en",
    "*": "en",
    "de-DE": "en",
    "ja-JP, fr-FR;q=0.9": "en",
}


@pytest.mark.parametrize("value", PREFERRED)
def test_weights_choose_the_language(world: Caller, value: str) -> None:
    """Lists and weights are read as HTTP defines them; a language without texts gets English."""
    french = spoken(world, "pick.exists", value).message.startswith("Aucune")
    assert french is (PREFERRED[value] == "fr")


FIFTEEN = [
    "en-US",
    "es-ES",
    "fr-FR",
    "it-IT",
    "de-DE",
    "nl-NL",
    "pt-BR",
    "pt-PT",
    "da-DK",
    "ru-RU",
    "fr-CA",
    "zh-CN",
    "ja-JP",
    "ko-KR",
    "sv-SE",
]


@pytest.mark.parametrize("name", ["pickActivities", "createTaskActivity", "searchActivities"])
def test_every_language_of_the_list_is_accepted(stub: Caller, name: str) -> None:
    """Fifteen languages are accepted by each operation, and none is answered by an error."""
    request = asked.ALL[name]
    for tag in FIFTEEN:
        headers = {**request.headers, "Accept-Language": tag, "Rulebound-Scratch": "yes"}
        assert request.send(stub, headers=headers).status == request.status, tag


UNLISTED = ["pl-PL", "en", "fr", "en-GB", "en-US;q=0", "de-DE;q=2", "* ;x", "nonsense"]
REQUESTS = {name: each for name, each in asked.ALL.items() if name != "createAppointment"}


@pytest.mark.parametrize("value", UNLISTED)
@pytest.mark.parametrize("name", REQUESTS)
def test_a_language_outside_the_list_is_not_acceptable(
    world: Caller, name: str, value: str
) -> None:
    """What names none of the fifteen is 406-100 with every operation that has the header."""
    request: Asked = REQUESTS[name]
    answer = request.send(world, headers={**request.headers, "Accept-Language": value})
    assert (answer.status, answer.code) == (406, "406-100")


def test_an_empty_language_is_a_missing_one_or_none_of_the_list(world: Caller) -> None:
    """Where the header is required an empty one is 400, where it may be left out it is 406."""
    picked = asked.pick.send(world, headers=asked.v3(**{"Accept-Language": ""}))
    assert (picked.status, picked.rule) == (400, "pick.language-given")
    found = asked.search.send(world, headers=asked.v12(**{"Accept-Language": ""}))
    assert (found.status, found.rule) == (406, "search.language-supported")


def test_display_values_come_in_the_language(world: Caller) -> None:
    """A search shows displayValue in French for fr-FR, in English without a wish."""

    def shown(**headers: str) -> dict[str, Any]:
        answer = asked.search.send(world, headers=asked.v12(**headers))
        first: dict[str, Any] = answer.json["activity"][0]
        return {name: first[name]["displayValue"] for name in ("mode", "type", "status")}

    english, french = shown(), shown(**{"Accept-Language": "fr-FR"})
    assert shown(**{"Accept-Language": "en-US"}) == english
    assert english == {"mode": "Inbound", "type": "Email", "status": "Assigned"}
    assert all(french[name] != english[name] for name in ("mode", "status"))


@pytest.mark.parametrize(
    ("method", "path", "french"),
    [
        ("GET", f"{asked.V3}/activity/nothing", "Il n'y a rien à cette adresse."),
        ("GET", asked.PICK, "Cette adresse ne connaît pas la méthode de la requête."),
        ("GET", "/ws/v12/nothing", "Aucune ressource n'existe à cette adresse."),
        ("PATCH", asked.SEARCH, "La méthode n'est pas admise à cette adresse."),
    ],
)
def test_what_belongs_to_no_operation_is_told_in_the_language(
    world: Caller, method: str, path: str, french: str
) -> None:
    """404 and 405 are explained in French to those who ask for fr-FR or fr-CA."""
    for tag in ("fr-FR", "fr-CA"):
        headers = {"Accept": "application/json", "Accept-Language": tag}
        assert world(method, path, headers=headers).message == french
    english = world(method, path, headers={"Accept": "application/json"})
    assert english.message != french


def test_leadsquared_has_no_languages(world: Caller) -> None:
    """Its page knows no Accept-Language: the answer is English whatever is sent."""
    for tag in ("fr-FR", "nonsense"):
        headers = {**asked.KEYS, "Accept-Language": tag}
        answer = asked.appointment.send(world, headers=headers, body={"TaskType": {"Name": "Demo"}})
        assert answer.code == "MXMandatoryAttributeMissingException"
        assert "Name" in answer.message
        assert answer.message.isascii()
