"""Reads witness files; every defect becomes a finding with file, line and pointer."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from rulebound.contract_tests.cases.model import (
    ROLES,
    SINGULAR,
    UNSET,
    Baseline,
    Case,
    Expect,
    Look,
    Refused,
    RuleWitness,
    Sending,
    WitnessFile,
)
from rulebound.contract_tests.cases.values import COMPANIONS, form_faults
from rulebound.openapi.findings import DocumentError, Finding
from rulebound.openapi.near import near
from rulebound.openapi.pointers import join
from rulebound.openapi.yaml_reader import YamlFile, read_file, read_text

WITNESSES = "docs/your-own-api.md shows a case of each kind"
FORMS = f"value forms are {', '.join(COMPANIONS)}"


def load_witnesses(path: Path) -> WitnessFile:
    """The witness file at `path`. Raises DocumentError."""
    name = f"{path.parent.name}/{path.name}"
    read = read_file(path, name)
    findings = [*_shape_findings(read), *filter(_is_unknown_word, read.old_words)]
    if not findings:
        findings = list(_form_findings(read))
    if findings:
        raise DocumentError(findings)
    return _file(path, read)


@cache
def _schema() -> dict[str, Any]:
    text = resources.files("rulebound.contract_tests.cases").joinpath("schema.yaml")
    schema: dict[str, Any] = read_text(text.read_text("utf-8"), "schema.yaml").value
    return schema


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(_schema())


def _is_unknown_word(word: Finding) -> bool:
    # `on:` is a key of ours, and only our own reader reads these files.
    return not word.pointer.endswith("/on") or "unquoted on " not in word.message


def _shape_findings(read: YamlFile) -> Iterator[Finding]:
    for error in _validator().iter_errors(read.value):
        for leaf in _leaves(error):
            pointer = join("", *leaf.absolute_path)
            if leaf.validator in ("additionalProperties", "unevaluatedProperties"):
                known = _keys(leaf.schema)
                if isinstance(leaf.instance, Mapping) and known:
                    for key in leaf.instance.keys() - known:
                        message = f"key {key!r} is not known here"
                        yield _finding(read, join(pointer, key), message, near(key, known, "keys"))
                    continue
            yield _finding(read, pointer, leaf.message[:200], _instead(leaf))


def _keys(schema: Any) -> set[str]:
    """The keys that a map of this schema may hold."""
    keys = set(schema.get("properties", ()))
    reference = schema.get("$ref")
    if reference is not None:
        keys |= _keys(_schema()["$defs"][reference.rpartition("/")[2]])
    return keys


def _instead(error: ValidationError) -> str:
    if error.validator in ("oneOf", "anyOf"):
        all_ways: Any = error.validator_value
        ways = (", ".join(f"{key}: .." for key in way["required"]) for way in all_ways)
        return "write " + " or ".join(f"{{{way}}}" for way in ways)
    known = ", ".join(sorted(_keys(error.schema)))
    return f"keys are {known}" if known else WITNESSES


def _leaves(error: ValidationError) -> Iterator[ValidationError]:
    if error.context and error.validator not in ("oneOf", "anyOf"):
        for inner in error.context:
            yield from _leaves(inner)
    else:
        yield error


def _form_findings(read: YamlFile) -> Iterator[Finding]:
    for pointer, message in form_faults(read.value, ""):
        yield _finding(read, pointer, message, FORMS)
    for pointer, key in _near_forms(read.value, ""):
        (meant,) = get_close_matches(key, COMPANIONS, n=1)
        yield _finding(read, pointer, f"{key!r} is no value form; did you mean {meant}?", FORMS)


def _near_forms(value: Any, pointer: str) -> Iterator[tuple[str, str]]:
    """Every (pointer, key) that is nearly a value form. Query parameters may begin with $ too."""
    if isinstance(value, Mapping):
        first = next(iter(value), "")
        is_near = str(first).startswith("$") and first not in COMPANIONS
        if is_near and not pointer.endswith("/query") and get_close_matches(first, COMPANIONS):
            yield pointer, first
    items = value.items() if isinstance(value, Mapping) else ()
    for key, item in enumerate(value) if isinstance(value, list) else items:
        yield from _near_forms(item, join(pointer, key))


def _finding(read: YamlFile, pointer: str, message: str, instead: str) -> Finding:
    return Finding(read.name, line_of(read.lines, pointer), pointer, message, instead)


def line_of(lines: Mapping[str, int], pointer: str) -> int:
    """The line of a pointer, or of the nearest part above it."""
    while pointer and pointer not in lines:
        pointer = pointer.rpartition("/")[0]
    return lines.get(pointer, 1)


def _file(path: Path, read: YamlFile) -> WitnessFile:
    value = read.value
    return WitnessFile(
        path=path,
        api=value["api"],
        operation=value["operation"],
        made=value.get("made", {}),
        baselines={name: _baseline(name, raw) for name, raw in value.get("baselines", {}).items()},
        presence=tuple(value.get("presence", ())),
        rules={rule: _rule(rule, raw, read) for rule, raw in value["rules"].items()},
        lines=read.lines,
    )


def _baseline(name: str, raw: Mapping[str, Any]) -> Baseline:
    return Baseline(
        name=name,
        actor=raw["actor"],
        query=raw.get("query", {}),
        headers=raw.get("headers", {}),
        path=raw.get("path"),
        body=raw.get("body", UNSET),
        media=raw.get("media"),
        expect=_expect(raw["expect"]),
    )


def _rule(rule: str, raw: Mapping[str, Any], read: YamlFile) -> RuleWitness:
    pointer = join("/rules", rule)
    cases = tuple(
        _case(rule, (role, number), case, read)
        for roles in ROLES.values()
        for role in roles
        for number, case in enumerate(raw.get(role, ()), 1)
    )
    twin = None
    if "twin" in raw:
        twin = _case(rule, ("twin", 1), {"title": "twin", **raw["twin"]}, read)
    return RuleWitness(
        rule=rule,
        refused=_refused(raw.get("refused")),
        twin=twin,
        cases=cases,
        untestable=raw.get("untestable"),
        file=read.name,
        line=line_of(read.lines, pointer),
    )


def _case(rule: str, at: tuple[str, int], raw: Mapping[str, Any], read: YamlFile) -> Case:
    role, number = at
    pointer = join("/rules", rule, role, number - 1)
    return Case(
        rule=rule,
        role=SINGULAR.get(role, role),
        number=number,
        sending=_sending(raw),
        settings=raw.get("settings", {}),
        given=tuple(map(_sending, raw.get("given", ()))),
        then=tuple(_look(item) if "world" in item else _sending(item) for item in _then(raw)),
        pointer=pointer,
        line=line_of(read.lines, pointer),
    )


def _then(raw: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    items: list[Mapping[str, Any]] = raw.get("then", [])
    return items


def _sending(raw: Mapping[str, Any]) -> Sending:
    return Sending(
        title=raw.get("title", ""),
        operation=raw.get("operation"),
        on=raw.get("on"),
        actor=raw.get("actor", UNSET),
        method=raw.get("method"),
        path=raw.get("path"),
        query=raw.get("query", {}),
        headers=raw.get("headers", {}),
        body=raw.get("body", UNSET),
        raw=raw.get("raw"),
        media=raw.get("media"),
        advance=raw.get("clock", {}).get("advance", 0.0),
        repeat=raw.get("repeat", 1),
        expect=_expect(raw.get("expect", {})),
        refused=_refused(raw.get("refused")),
    )


def _look(raw: Mapping[str, Any]) -> Look:
    world = raw["world"]
    expect = world["expect"]
    title = raw.get("title", "")
    where = world.get("where", {})
    return Look(title, world["table"], where, expect.get("count"), expect.get("fields"))


def _expect(raw: Mapping[str, Any]) -> Expect:
    return Expect(
        status=raw.get("status"),
        code=raw.get("code"),
        headers=raw.get("headers", {}),
        body=raw.get("body", UNSET),
        absent=tuple(raw.get("absent", ())),
    )


def _refused(raw: Mapping[str, Any] | None) -> Refused | None:
    if raw is None:
        return None
    return Refused(raw["status"], raw.get("code"), raw.get("headers", {}), raw.get("body", UNSET))
