"""Lint: a clean document has no findings, and each kind of mistake has its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from rulebound.openapi.lint import Surroundings, check
from rulebound.openapi.pointers import split

HERE = Path(__file__).parent / "lint"
CLEAN = (HERE / "clean.yaml").read_text()
MISTAKES = yaml.safe_load((HERE / "mistakes.yaml").read_text())
SHORT = {
    "$operation": "/paths/~1things~1{id}/put",
    "$rules": "/paths/~1things~1{id}/put/x-rules",
    "$schema": "/paths/~1things~1{id}/put/requestBody/content/application~1json/schema",
}
AROUND = Surroundings(
    tables={
        "thing": {"properties": {"id": {"type": "string"}, "name": {"type": "string"}}},
        "user": {"properties": {"id": {"type": "string"}, "name": {"type": "string"}}},
    },
    settings=["owner"],
    lookups=["what-is-mine"],
)


def rules(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["paths"]["/things/{id}"]["put"]["x-rules"]
    return found


def lint(kit: Any, document: dict[str, Any], around: Surroundings = AROUND) -> list[Any]:
    text = yaml.safe_dump(document, sort_keys=False)
    return check(kit.folder({"openapi.yaml": text}), around)


def test_a_clean_document_has_no_findings(kit: Any) -> None:
    """What is right is left alone."""
    assert lint(kit, yaml.safe_load(CLEAN)) == []


@pytest.mark.parametrize("mistake", MISTAKES, ids=[mistake["title"] for mistake in MISTAKES])
def test_each_mistake_is_found(kit: Any, mistake: dict[str, Any]) -> None:
    """One mistake put into a clean document is told, with file, line and pointer."""
    document = yaml.safe_load(CLEAN)
    start, _, rest = mistake["at"].partition("/")
    *above, last = split(SHORT.get(start, start) + "/" + rest)
    here: Any = document
    for part in above:
        here = here[int(part)] if isinstance(here, list) else here.setdefault(part, {})
    key: Any = int(last) if isinstance(here, list) else last
    if "value" in mistake and isinstance(here, list) and key == len(here):
        here.append(mistake["value"])
    elif "value" in mistake:
        here[key] = mistake["value"]
    else:
        del here[key]
    found = lint(kit, document)
    assert any(mistake["words"] in str(finding) for finding in found), found
    assert all(f.file == "openapi.yaml" and f.line > 0 and f.message for f in found)


def test_what_keeps_a_document_from_loading_is_told_too(kit: Any) -> None:
    """Lint of a broken folder gives the findings of loading."""
    document = yaml.safe_load(CLEAN)
    rules(document)["thing.exists"]["require"] = "1 ="
    assert [f.message.partition(":")[0] for f in lint(kit, document)] == ["is no condition"]


def test_words_of_older_yaml_are_told(kit: Any) -> None:
    """An unquoted yes loads as a text, and lint asks for quotes."""
    text = CLEAN.replace("title: Things, version: '1'", "title: yes, version: '1'")
    found = check(kit.folder({"openapi.yaml": text}))
    assert any("unquoted yes" in f.message and f.line == 2 for f in found)


def test_witnesses_are_compared_when_they_are_known(kit: Any) -> None:
    """A rule without a witness and a witness without a rule are told."""
    document = yaml.safe_load(CLEAN)
    ids = set(rules(document)) - {"thing.exists", "thing.fine"}
    around = Surroundings(witnesses=[*ids, "thing.old"])
    messages = [f.message for f in lint(kit, document, around)]
    assert messages == [
        "a witness is there for thing.old, which is no rule",
        "rule thing.exists has no witness",
    ]


def test_what_is_not_known_is_not_checked(kit: Any) -> None:
    """Without surroundings, tables, settings and look-ups are taken on trust."""
    document = yaml.safe_load(CLEAN)
    rules(document)["thing.exists"]["require"] = "thing.any == actor.any || settings.any == 'x'"
    assert lint(kit, document, Surroundings()) == []


@pytest.mark.parametrize("api", ["egain-v3", "ece-v12", "leadsquared-v2"])
def test_our_own_documents_are_clean(api: str) -> None:
    """The documents that come with the kit have no findings of their own."""
    assert check(Path(__file__).parents[2] / "openapi" / api) == []
