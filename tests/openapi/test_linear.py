"""No text and no request makes a pattern, or what a schema finds wrong, run away."""

from __future__ import annotations

import random
from typing import Any

import pytest
from rulebound.openapi.expressions import values
from rulebound.openapi.expressions.patterns import linear
from rulebound.openapi.lint.patterns import danger
from rulebound.openapi.loader import load
from rulebound.openapi.request import Request
from rulebound.openapi.request_schema import Break, RequestSchema, validator
from rulebound.openapi.shortening import MOST_PARTS, is_large

RUNAWAYS = {
    "(a+)+$": "a" * 1_000_000 + "!",
    "^(a|a)*$": "a" * 1_000_000 + "!",
    "^(a|aa)+$": "a" * 1_000_000 + "!",
    r"^(\w+\s?)*$": "a" * 1_000_000 + "!",
    "(.*a){20}c": "ab" * 500_000,
    r"^([a-zA-Z0-9])(([.-]|_+)?([a-zA-Z0-9]+))*@$": "a" * 1_000_000,
    r"^(\d+)*[.]$": "1" * 1_000_000,
}
IMPOSSIBLE = (r"(a)\1", "(?=a)b", "(?!a)b", "(?<=a)b", "(?<!a)b", "(?>a)", "((a{1000}){1000})", "(")


@pytest.mark.parametrize("pattern", RUNAWAYS)
def test_a_pattern_that_backtracks_elsewhere_ends(pattern: str) -> None:
    """A megabyte is looked through in one pass: with backtracking none of these would end."""
    text = RUNAWAYS[pattern]

    assert not values.matches(text, pattern)
    assert not validator({"pattern": pattern}).is_valid(text)


@pytest.mark.parametrize("pattern", IMPOSSIBLE)
def test_what_cannot_be_had_in_linear_time_is_no_pattern(pattern: str) -> None:
    """Look-around, back-references and what unfolds to megabytes are refused when they are read."""
    with pytest.raises(ValueError, match="write it without"):
        linear(pattern)


def test_ends_are_the_very_ends() -> None:
    """A line break is part of a text, and half a pair of surrogates no reason to fail."""
    assert values.matches("a", "^a$")
    assert not values.matches("a\n", "^a$")
    assert not values.matches("\N{ARABIC-INDIC DIGIT THREE}", r"^\d$")
    assert values.matches("\ud800a", "a$")


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("[ab]*a[ab]{200}c", True),
        ("a{500}", True),
        ("^a{500}$", False),
        ("^.{1,255}$", False),
        ("^[a-z]{2}-[0-9]{100}$", False),
        ("^[a-z]+-[0-9]{20}$", False),
        (r"^(a)\1$", True),
    ],
)
def test_what_takes_long_in_one_pass_too_is_told(pattern: str, told: bool) -> None:
    """A long count behind a part of any length is looked for at every character anew."""
    assert (danger(pattern) is not None) is told


ITEMS: tuple[Any, ...] = (
    {"id": "40001", "lastModified": "2026-10-02T10:15:30.123Z"},
    {"id": "40001"},
    {"lastModified": 3},
    {"id": [], "lastModified": "2026", "more": 1},
    {},
    7,
    None,
    [],
)


@pytest.fixture(scope="module")
def pick() -> RequestSchema:
    """The schemas of one operation, whose body is a list of at most 75."""
    from rulebound.mock_server.stub import shipped  # noqa: PLC0415

    folder = next(each for each in shipped() if each.name == "egain-v3")
    operations = load(folder).operations
    return RequestSchema(next(each for each in operations if each.id == "pickActivities"))


def _request(items: list[Any]) -> Request:
    headers = (("accept", "application/json"), ("accept-language", "en-US"))
    return Request("PATCH", "/", (), headers, "application/json", {"activity": items})


def _kinds(found: tuple[Break, ...]) -> set[tuple[Any, ...]]:
    return {(each.place, each.keyword, each.item) for each in found}


@pytest.mark.parametrize("seed", range(8))
def test_a_large_request_breaks_what_its_parts_break(pick: RequestSchema, seed: int) -> None:
    """All that is wrong with any item is found, where it is wrong first, and told once or so."""
    chance = random.Random(seed)
    items = [ITEMS[0]] * 400
    for _ in range(chance.choice((1, 3, 300))):
        items[chance.randrange(len(items))] = chance.choice(ITEMS)
    request = _request(items)
    assert is_large({"body": request.body})

    found = pick.breaks(request)

    parts = [pick.breaks(_request([item])) for item in items]
    one_by_one = {kind for each in parts for kind in _kinds(each)}
    assert _kinds(found) == one_by_one | _kinds(pick.breaks(_request([ITEMS[0]] * 76)))
    assert len(found) < 2 * MOST_PARTS
    for broken in found:
        if broken.at.startswith("activity[") and broken.keyword == "type":
            place = int(broken.at.removeprefix("activity[").partition("]")[0])
            one = parts[place]
            assert broken._replace(at="") in [each._replace(at="") for each in one]


def test_a_list_of_maps_is_compared_in_one_pass() -> None:
    """What is unique is told of twenty thousand maps as of three; 1 and 1.0 are one number."""
    many = [{"a": [index], "b": None} for index in range(20_000)]

    assert values.unique(many)
    assert not values.unique([*many, {"b": None, "a": [19_999.0]}])
    assert values.unique([1, True, "1", None, [], {}, [1], ["1"]])
