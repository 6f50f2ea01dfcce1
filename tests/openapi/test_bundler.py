"""References: followed inside the folder, and never beyond it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from rulebound.openapi.bundler import bundle
from rulebound.openapi.findings import DocumentError

Folder = Callable[[Mapping[str, Any]], Path]


def test_a_reference_becomes_what_it_names(folder: Folder) -> None:
    """Whole files, fragments, and references relative to the file they stand in."""
    home = folder(
        {
            "openapi.yaml": "a: {$ref: parts/one.yaml}\nb: {$ref: 'parts/two.yaml#/x~1y/1'}",
            "parts/one.yaml": "deep:\n  $ref: '../three.yaml#/c d'\n",
            "parts/two.yaml": "x/y: [0, {z: 1}]",
            "three.yaml": "c d: end\n",
        }
    )
    whole = bundle(home)
    assert whole.value == {"a": {"deep": "end"}, "b": {"z": 1}}
    assert whole.files == ("openapi.yaml", "parts/one.yaml", "parts/two.yaml", "three.yaml")
    assert whole.locations.of("/a/deep") == ("three.yaml", 1)
    assert whole.locations.of("/a") == ("parts/one.yaml", 1) or whole.locations.of("/a")[1] == 0


def test_lines_lead_into_the_file_a_part_was_written_in(folder: Folder) -> None:
    """A pointer into the bundle knows its file and line, also below a reference."""
    home = folder(
        {
            "openapi.yaml": "x: 1\na:\n  $ref: one.yaml\n",
            "one.yaml": "b: 1\nc:\n  d: 2\n",
        }
    )
    places = bundle(home).locations
    assert places.of("/a/c/d") == ("one.yaml", 3)
    assert places.of("/x") == ("openapi.yaml", 1)
    assert places.of("/a/c/d/nothing/here") == ("one.yaml", 3)


def test_what_many_references_name_stands_in_the_bundle_once(folder: Folder) -> None:
    """A part that is shared costs what it costs once; each pointer to it still has its line."""
    shared = "s:\n  x: {$ref: '#/t'}\nt: {y: 1}\n"
    home = folder({"openapi.yaml": shared + "uses:\n" + "- {$ref: '#/s'}\n" * 3})
    whole = bundle(home)
    first, second, third = whole.value["uses"]
    assert first is second is third is whole.value["s"]
    assert first == {"x": {"y": 1}}
    for index in range(3):
        assert whole.locations.of(f"/uses/{index}/x/y") == ("openapi.yaml", 3)


def test_a_document_of_a_third_of_a_million_values_is_read(folder: Folder) -> None:
    """Size alone is no defect: one file may hold what some thousand operations need."""
    item = "{a: 1, b: 2, c: 3, d: 4}"
    home = folder({"openapi.yaml": "a:\n" + f"- {item}\n" * 70_000})
    assert len(bundle(home).value["a"]) == 70_000


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("http://example.com/a.yaml", "remote"),
        ("HTTPS://example.com/a.yaml", "remote"),
        ("//example.com/a.yaml", "remote"),
        ("file:///etc/passwd", "remote"),
        ("/etc/passwd", "relative"),
        ("../outside.yaml", "leaves the folder"),
        ("parts/../../outside.yaml", "leaves the folder"),
        ("%2e%2e/outside.yaml", "leaves the folder"),
        ("link.yaml", "by a link"),
        ("links/outside.yaml", "by a link"),
        ("..\\outside.yaml", "relative"),
        ("none.yaml", "no file"),
        ("#/nowhere", "names nothing"),
        ("#nowhere", "no pointer"),
        ("openapi.yaml#/list/7", "names nothing"),
        ("#/a", "back to itself"),
        ("#", "back to itself"),
    ],
)
def test_a_reference_that_may_not_be_followed_is_a_finding(
    folder: Folder, reference: str, words: str
) -> None:
    """Remote, absolute, escaping, dangling and cyclic references are found with their line."""
    home = folder({"openapi.yaml": f"list: [1]\na:\n  b: {{$ref: {reference!r}}}\n"})
    (home.parent / "outside.yaml").write_text("secret: 1")
    (home / "link.yaml").symlink_to(home.parent / "outside.yaml")
    (home / "links").symlink_to(home.parent)
    with pytest.raises(DocumentError) as caught:
        bundle(home)
    found = caught.value.findings[0]
    assert (found.file, found.line) == ("openapi.yaml", 3)
    assert words in found.message
    assert "secret" not in str(caught.value)


def test_a_cycle_through_two_files_is_found(folder: Folder) -> None:
    """Two files that name each other do not run away."""
    home = folder(
        {
            "openapi.yaml": "a: {$ref: one.yaml}",
            "one.yaml": "b: {$ref: two.yaml}",
            "two.yaml": "c: {$ref: one.yaml}",
        }
    )
    with pytest.raises(DocumentError, match=r"two\.yaml:1.*back to itself"):
        bundle(home)


def test_references_that_multiply_are_stopped(folder: Folder) -> None:
    """A tree of references cannot grow a small folder without end."""
    files = {f"l{n}.yaml": [{"$ref": f"l{n + 1}.yaml"}] * 10 for n in range(7)}
    home = folder({"openapi.yaml": {"a": {"$ref": "l0.yaml"}}, **files, "l7.yaml": "1"})
    with pytest.raises(DocumentError, match="too large"):
        bundle(home)


def test_data_that_looks_like_a_reference_stays(folder: Folder) -> None:
    """Examples may hold `$ref`, but a property called example is a schema like any other."""
    text = """
example: {$ref: none.yaml}
schema:
  examples: [{$ref: none.yaml}]
  default: {$ref: none.yaml}
  properties:
    example: {$ref: one.yaml}
    properties: {const: {$ref: x}}
"""
    value = bundle(folder({"openapi.yaml": text, "one.yaml": "type: string"})).value
    assert value["example"] == {"$ref": "none.yaml"}
    assert value["schema"]["examples"] == [{"$ref": "none.yaml"}]
    assert value["schema"]["properties"]["example"] == {"type": "string"}
    assert value["schema"]["properties"]["properties"] == {"const": {"$ref": "x"}}


def test_a_list_of_rule_maps_is_one_map(folder: Folder) -> None:
    """x-rules as a list of maps is merged in order, and each rule keeps its own line."""
    home = folder(
        {
            "openapi.yaml": "x-rules:\n- {$ref: r/one.yaml}\n- {$ref: r/two.yaml}\n- {c.c: 3}\n",
            "r/one.yaml": "b.b: 1\n",
            "r/two.yaml": "\n\na.a: 2\n",
        }
    )
    whole = bundle(home)
    assert list(whole.value["x-rules"].items()) == [("b.b", 1), ("a.a", 2), ("c.c", 3)]
    assert whole.locations.of("/x-rules/a.a") == ("r/two.yaml", 3)
    assert whole.locations.of("/x-rules/c.c") == ("openapi.yaml", 4)


def test_a_rule_in_two_of_the_maps_is_a_finding(folder: Folder) -> None:
    """Merging never drops a rule in silence."""
    with pytest.raises(DocumentError, match=r"rule a\.a stands twice"):
        bundle(folder({"openapi.yaml": "x-rules: [{a.a: 1}, {a.a: 2}]"}))
    with pytest.raises(DocumentError, match="no map of rules"):
        bundle(folder({"openapi.yaml": "x-rules: [7]"}))


def test_only_annotations_stand_beside_a_reference(folder: Folder) -> None:
    """An annotation is laid over what is named; a keyword that asserts is a finding."""
    files = {"one.yaml": "type: string\ndescription: old"}
    home = folder(
        {"openapi.yaml": "a: {$ref: one.yaml, description: new, x-source: [S1]}", **files}
    )
    assert bundle(home).value["a"] == {
        "type": "string",
        "description": "new",
        "x-source": ["S1"],
    }
    with pytest.raises(DocumentError, match=r"maxLength beside \$ref"):
        bundle(folder({"openapi.yaml": "a: {$ref: one.yaml, maxLength: 3}", **files}))


@pytest.mark.parametrize("keyword", ["$id", "$anchor", "$dynamicRef", "$schema"])
def test_other_ways_to_name_a_schema_are_not_read(folder: Folder, keyword: str) -> None:
    """A keyword that would change what names mean is a finding, never ignored."""
    with pytest.raises(DocumentError, match="is not read"):
        bundle(folder({"openapi.yaml": {"a": {keyword: "#x"}}}))


def test_every_broken_file_is_told_at_once(folder: Folder) -> None:
    """One load shows all findings."""
    home = folder(
        {
            "openapi.yaml": "a: {$ref: one.yaml}\nb: {$ref: two.yaml}\nc: {$ref: three.yaml}",
            "one.yaml": "a: 1\na: 2",
            "two.yaml": "[",
        }
    )
    with pytest.raises(DocumentError) as caught:
        bundle(home)
    assert {found.file for found in caught.value.findings} == {
        "openapi.yaml",
        "one.yaml",
        "two.yaml",
    }


@pytest.mark.parametrize(
    ("files", "instead"),
    [
        (["openapi.yml"], "rename openapi.yml to openapi.yaml"),
        (["one/openapi.yaml", "two/openapi.yaml"], "did you mean .*one or .*two?"),
        ([], "put the file there"),
    ],
)
def test_a_folder_without_a_document_says_what_was_meant(
    tmp_path: Path, files: list[str], instead: str
) -> None:
    """A document of another name, or in the folders below, is pointed to."""
    for name in files:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("openapi: 3.1.0\n")
    with pytest.raises(DocumentError, match=instead):
        bundle(tmp_path)


def test_a_folder_without_a_root_is_a_finding(folder: Folder, tmp_path: Path) -> None:
    """No root, or one that is no map, is told."""
    with pytest.raises(DocumentError, match=r"openapi\.yaml: cannot be read"):
        bundle(tmp_path)
    with pytest.raises(DocumentError, match="holds no map"):
        bundle(folder({"openapi.yaml": "- 1"}))
