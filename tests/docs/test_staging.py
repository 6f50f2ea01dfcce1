"""The page about deployments: what it has one do works, and what it shows is what comes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from docs.pages import ROOT, Command, File, anchors, blocks, missing, steps
from docs.walk import Walk, walked
from rulebound import cli
from rulebound.fixtures.profiles import load_profile

PAGE = (ROOT / "docs" / "staging.md").read_text("utf-8")
STEPS = steps(PAGE)
COMMANDS = [step for step in STEPS if isinstance(step, Command)]
FILES = {step.name: step.text for step in STEPS if isinstance(step, File)}
SCHEMA = yaml.safe_load((ROOT / "fixtures" / "profiles" / "schema.yaml").read_text("utf-8"))
# What meets the deviations of the tenant, or tells of what is not bound.
FINDING = ("--shard", "--allow create", "merge", "./nightly.sh", "profile check")


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """One walk through the whole page."""
    with walked(tmp_path_factory.mktemp("staging"), STEPS) as done:
        yield done


@pytest.mark.parametrize("number", range(len(COMMANDS)), ids=lambda n: COMMANDS[n].text[:60])
def test_a_command_does_what_the_page_shows(walk: Walk, number: int) -> None:
    """Every line shown below a command is printed by it, in that order."""
    command, done = COMMANDS[number], walk.results[number]
    assert "Traceback" not in done.output
    assert missing(command.shown, done.output) == [], f"exit code {done.code}\n{done.output}"


def test_what_should_end_well_ends_well(walk: Walk) -> None:
    """A command ends with 0, but for one that is to find something: its code is never 2."""
    for command, done in zip(COMMANDS, walk.results, strict=True):
        if "^C" in command.shown:
            assert done.code == 130, done.output
        elif any(word in command.text for word in FINDING):
            assert done.code == 1, (command.text, done.output)
        else:
            assert done.code == 0, (command.text, done.output)


def test_what_is_filled_in_stands_in_the_skeleton(walk: Walk) -> None:
    """Every name and variable of the page's profile is one that `profile new` has written."""
    new, filled = yaml.safe_load(walk.skeleton), yaml.safe_load(FILES["staging.yaml"])
    assert filled["profile"] == new["profile"] and set(filled["apis"]) == set(new["apis"])
    for world, bound in filled["worlds"].items():
        for actor, proof in bound["actors"].items():
            assert new["worlds"][world]["actors"][actor] == proof
        for record, fields in bound.get("records", {}).items():
            assert set(fields) <= set(new["worlds"][world]["records"][record])


def test_no_secret_is_left_anywhere(walk: Walk) -> None:
    """After the whole page no file of the folder but staging.env holds a secret."""
    lines = (walk.folder / "staging.env").read_text("utf-8").splitlines()
    secrets = [line.partition("=")[2].strip("'") for line in lines if "_USER" not in line]
    assert len(secrets) == 3
    for path in walk.folder.rglob("*"):
        if path.is_file() and path.name not in ("staging.env", ".env-after", "recorded.har"):
            text = path.read_text("utf-8")
            assert not any(secret in text for secret in secrets), path


def test_what_was_made_can_be_deleted(walk: Walk) -> None:
    """The list of what is to be deleted holds ids as the deployment gives them, each once."""
    ids = (walk.folder / "to-delete.txt").read_text("utf-8").splitlines()
    assert len(ids) > 20 and len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[0-9a-f-]{36}", each) for each in ids)


def test_ci_does_what_the_page_did() -> None:
    """Every command of the workflows and of cron is one the page has one give by hand."""
    given = {command.text for command in COMMANDS}
    for name in (name for name in FILES if name.startswith(".github/")):
        workflow = yaml.safe_load(FILES[name])
        for job in workflow["jobs"].values():
            parts = job.get("strategy", {}).get("matrix", {}).get("part", [1])
            runs = [step["run"] for step in job["steps"] if "run" in step]
            assert runs.pop(0).startswith("python -m pip install ")
            for run in runs:
                for part in parts:
                    assert run.replace("${{ matrix.part }}", str(part)) in given
    (cron,) = [text for language, text in blocks(PAGE) if language == "crontab"]
    times, _, command = cron.partition("cd /srv/staging && ")
    assert len(times.split()) == 5 and command.split(" ||")[0] in given


def test_ci_has_the_secrets_of_the_profile() -> None:
    """A workflow's job that runs sets only variables of the profile; the nightly one all."""
    variables = set(re.findall(r"\{env: (\w+)\}", FILES["staging.yaml"]))
    jobs = {
        name: {key for job in yaml.safe_load(text)["jobs"].values() for key in job.get("env", {})}
        for name, text in FILES.items()
        if name.startswith(".github/")
    }
    assert jobs.pop(".github/workflows/staging.yml") == variables
    assert all(names <= variables for names in jobs.values())


def test_every_key_is_explained_and_no_other(tmp_path: Path) -> None:
    """The profile with every key has each key of the schema, can be loaded, and names what is."""
    file = tmp_path / "every-key.yaml"
    file.write_text(FILES["every-key.yaml"], "utf-8")
    load_profile(file)
    value = yaml.safe_load(FILES["every-key.yaml"])
    assert set(_used(SCHEMA, value, "")) == set(_known(SCHEMA, ""))
    told = CliRunner().invoke(cli.main, ["profile", "check", str(file), "--offline"]).output
    assert "unknown:" not in told, told


def _parts(schema: Any) -> dict[str, Any]:
    """A schema behind its reference; an empty one for `true`."""
    if not isinstance(schema, dict):
        return {}
    reference = schema.get("$ref")
    found: dict[str, Any] = schema
    return SCHEMA["$defs"][reference.rpartition("/")[2]] if reference else found


def _known(schema: Any, at: str) -> Iterator[str]:
    """Every key that a schema knows, by its place; `*` for names of one's own."""
    schema = _parts(schema)
    for key, part in schema.get("properties", {}).items():
        yield f"{at}/{key}"
        yield from _known(part, f"{at}/{key}")
    if isinstance(schema.get("additionalProperties"), dict):
        yield from _known(schema["additionalProperties"], f"{at}/*")
    if "items" in schema:
        yield from _known(schema["items"], f"{at}/*")


def _used(schema: Any, value: Any, at: str) -> Iterator[str]:
    """The keys of a schema that a value has."""
    schema = _parts(schema)
    if isinstance(value, list):
        for item in value:
            yield from _used(schema.get("items", {}), item, f"{at}/*")
    if not isinstance(value, dict):
        return
    for key, item in value.items():
        if key in schema.get("properties", {}):
            yield f"{at}/{key}"
            yield from _used(schema["properties"][key], item, f"{at}/{key}")
        elif isinstance(schema.get("additionalProperties"), dict):
            yield from _used(schema["additionalProperties"], item, f"{at}/*")


def test_what_the_page_links_to_is_there() -> None:
    """No link of the page leads nowhere, inside it or beside it."""
    for link, anchor in re.findall(r"\]\(([^)#]*)(?:#([^)]*))?\)", PAGE):
        if link:
            assert (ROOT / "docs" / link).exists(), link
        else:
            assert anchor in anchors(PAGE), anchor
