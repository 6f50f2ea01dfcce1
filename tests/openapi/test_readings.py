"""Readings are told in words: their ids stand in a list that readers of a document do not have."""

from __future__ import annotations

import pytest
from rulebound.contract_tests.apis import Place, shipped
from rulebound.openapi.loader import load
from rulebound.openapi.readings import Readings


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("A-57: the empty list is folded text.", "The empty list is folded text."),
        ("A-44, A-67: isSecure is the name.", "isSecure is the name."),
        ("Not judged. A-62: only then.", "Not judged. Only then."),
        ("An empty one names nobody (A-25).", "An empty one names nobody."),
        ("A-1.", "What is not seen is left out."),
        ("A-1, as for others.", "What is not seen is left out, as for others."),
        ("A-9, by analogy.", "By analogy."),
        ("A-9", None),
        ("The T-38 format is A-Z only.", "The T-38 format is A-Z only."),
    ],
)
def test_a_reading_is_told_in_words(written: str, told: str | None) -> None:
    """Ids are left out; one that is only cited is told by its text, where the document has it."""
    rule = {"reading": "A-1: what is not seen is left out."}
    said = {"paths": {"/": {"get": {"x-rules": {"a.a": rule}}}}}
    assert Readings(said).in_words(written) == told


def test_a_cited_reading_is_the_nearest_before() -> None:
    """One id may stand for several readings of a page: `as above` means the last one."""
    readings = Readings({"paths": {}})
    readings.in_words("A-5: the first.")
    readings.in_words("A-5: the second.")
    assert readings.in_words("A-5, as above.") == "The second, as above."


@pytest.mark.parametrize("place", shipped(), ids=lambda place: place.document.name)
def test_no_reading_of_the_kit_is_an_id(place: Place) -> None:
    """Every reading of the shipped documents says something, and names no id."""
    for operation in load(place.document).operations:
        for rule in operation.rules:
            if "reading" in rule.raw:
                assert rule.reading and "A-" not in rule.reading, rule.id
