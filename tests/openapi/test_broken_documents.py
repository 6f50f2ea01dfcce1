"""No document brings the loader or lint down: what is broken is told as findings."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rulebound.openapi.findings import DocumentError
from rulebound.openapi.judge import Judge
from rulebound.openapi.lint import Surroundings, check
from rulebound.openapi.loader import load

CLEAN = yaml.safe_load((Path(__file__).parent / "lint" / "clean.yaml").read_text())
WORDS = ["", "x", "thing", "body.name", "*", "/requestBody/**", "type", "$ref", "true", "1 +", "["]
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-1, 600)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(WORDS),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["type", "at", "x-y", "name", "properties", "items"]), inner, max_size=2
        )
    ),
    max_leaves=4,
)


def places(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, inner in items:
        yield (*above, key)
        yield from places(inner, (*above, key))


PLACES = list(places(CLEAN))


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=300,
    deadline=None,
)
@given(changes=st.lists(st.tuples(st.sampled_from(PLACES), VALUES), min_size=1, max_size=2))
def test_any_value_anywhere_is_a_document_or_findings(kit: Any, changes: list[Any]) -> None:
    """A value out of place is a finding with a file, or does no harm; never another error."""
    document = copy.deepcopy(CLEAN)
    for place, value in changes:
        here: Any = document
        try:
            for part in place[:-1]:
                here = here[part]
            here[place[-1]] = value
        except (LookupError, TypeError):
            continue
    folder = kit.folder({"openapi.yaml": yaml.safe_dump(document, sort_keys=False)})
    try:
        loaded = load(folder)
    except DocumentError as error:
        assert error.findings
        assert all(finding.file and finding.message for finding in error.findings)
    else:
        for operation in loaded.operations:
            Judge(operation)
        check(folder, Surroundings(tables={}, settings=[], lookups=[], witnesses=[]))
