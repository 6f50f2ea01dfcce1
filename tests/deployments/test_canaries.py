"""Secrets of every kind, told again by the deployment in every encoding, reach nobody."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from deployments.echoing import ENCODINGS, Echo
from deployments.plain import names_of
from deployments.recorder import Recorder, recording
from deployments.searching import Canary, files_below, found
from deployments.staging import Staging, environment, run
from rulebound import cli
from rulebound.contract_tests import verify
from rulebound.contract_tests.apis import shipped
from rulebound.contract_tests.reports.annotations import annotations
from rulebound.contract_tests.reports.files import FILES
from rulebound.contract_tests.secrets import Vault

ASCII = "\"+/&<%41'\\$`=;"
RULES = (
    *("search.by-queue", "search.shows-secure", "login.body-given", "login.content-type"),
    *("task.accept-optional", "task.content-type-given", "pick.users-only", "pick.accept-any"),
    *("appointment.keys-active", "appointment.any-name", "task.stores-subject"),
)
GIVEN = {
    kind: Canary(kind, ASCII)
    for kind in ("cookie", "made-session", "access_token", "refresh_token", "id_token", "api-key")
}
OWN = {
    kind: Canary(kind, ASCII)
    for kind in (
        *("token", "token-in-profile", "session", "client-secret", "key", "key-secret"),
        *("session-in-record", "key-in-record"),
    )
} | {
    kind: Canary(kind)
    for kind in ("password", "password-of-person", "password-in-record", "password-of-record")
}
CANARIES = [*GIVEN.values(), *OWN.values()]
VARIABLES = {kind.upper().replace("-", "_"): canary.text for kind, canary in OWN.items()}


def env(kind: str) -> dict[str, str]:
    """A secret that the environment holds."""
    return {"env": kind.upper().replace("-", "_")}


def wanted(staging: Staging, url: str, *, whole: bool = False) -> dict[str, Any]:
    """The tenant's profile with a canary wherever a secret may stand."""
    names = names_of(verify.load_apis(shipped()), *RULES) | {"user.anna", "user.fiona"}
    made = staging.profile(restore=False, records=None if whole else names)
    made["apis"] = {name: {"url": url} for name in made["apis"]}
    egain, leadsquared = made["worlds"]["egain"], made["worlds"]["leadsquared"]
    client = {"url": f"{url}/token", "client": "app", "secret": env("client-secret")}
    person = {"username": "cora", "password": env("password-of-person"), "grant": "password"}
    egain["actors"] = {
        "anna": {"token": env("token")},
        "bob": {"token": OWN["token-in-profile"].text},
        "anna-console": {"login": {"user": "anna", "password": env("password")}},
        "auditor-console": {"session": env("session")},
        "robot": {"oauth2": client | {"grant": "client_credentials"}},
        "cora": {"oauth2": client | person},
    }
    keys = {"key": env("key"), "secret": env("key-secret")}
    leadsquared["actors"] = dict.fromkeys(("liam", "leo", "liam-off"), keys)
    records = egain["records"]
    records["user.anna"]["password"] = env("password-of-record")
    records["user.fiona"]["password"] = OWN["password-in-record"].text
    records["session.bob-console"] = {"id": OWN["session-in-record"].text}
    leadsquared["records"]["key.lena"] = {"id": OWN["key-in-record"].text, "secret": "abc"}
    return made


@pytest.fixture
def echo() -> Iterator[Recorder]:
    """A deployment that tells all it was told."""
    with environment(VARIABLES), recording(Echo(CANARIES, GIVEN)) as recorder:
        yield recorder


def leaks(texts: dict[str, str]) -> dict[str, list[str]]:
    """What was found, by the artefact it stands in."""
    hits = {name: found(text, CANARIES) for name, text in texts.items()}
    return {name: kinds for name, kinds in hits.items() if kinds}


def artefacts(folder: Path) -> dict[str, str]:
    """Every file that a run left, but for the profile, which holds secrets by its nature."""
    files = files_below(folder)
    del files["profile.yaml"]
    return files


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_searcher_finds_a_canary_in_every_encoding(encoding: str) -> None:
    """What looks for canaries here finds them: the tests below can fail."""
    for canary in (Canary("one"), Canary("two", ASCII)):
        written = f'{{"said": "before {ENCODINGS[encoding](canary.text)} after"}}'
        assert found(written, [canary]) == [canary.kind]
        assert found(json.dumps({"all": written}), [canary]) == [canary.kind]


SHAPES = (Canary("one"), Canary("two", ASCII), Canary("three", ""), Canary("four", "日本語 ß€"))


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_secret_is_hidden_in_every_encoding(encoding: str) -> None:
    """Whatever signs it is made of, also where the encoded text was encoded again or cut."""
    for canary in SHAPES:
        vault = Vault([(canary.text, "CANARY")])
        told = ENCODINGS[encoding](canary.text)
        hidden = [vault.hide(f"before {told} after")]
        for outer in ("json", "html", "xml", "url", "repr"):
            hidden.append(vault.hide(f"before {ENCODINGS[outer](told)} after"))
        for end in (len(told) // 2, len(told) - 1):
            hidden.append(vault.hide(f"before {told[:end]} .."))
        for text in hidden:
            assert found(text, [canary]) == [], text
            assert "$CANARY" in text and "before" in text


@pytest.mark.parametrize(
    ("part", "text", "piece"),
    [
        ("secret-tail", "/made/a-longer/secret-tail", True),
        ("secret-tail", "/made/a-longer/secret-tail and secret-tail", False),
        ("4711-abc", "/made/4711-abc", False),
        ("5", "/made/5 by a-longer5/secret-tail", False),
        ("gone", "/made/4711", False),
    ],
)
def test_a_piece_of_a_secret_is_known(part: str, text: str, piece: bool) -> None:
    """Only where it stands nowhere else: what holds a short secret is no piece of it."""
    vault = Vault(
        [("a-longer/secret-tail", "LONG"), ("abc", "SHORT"), ("a-longer5/secret-tail", "X")]
    )
    assert vault.is_piece(part, text) is piece


def test_no_artefact_of_runs_holds_a_secret(
    staging: Staging, echo: Recorder, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Neither what is printed nor reports, journal, ledger and history, run after run."""
    profile = wanted(staging, echo.url)
    printed = {}
    told = echo.answer
    assert isinstance(told, Echo)
    for number in range(2):
        # What only an earlier run was given, no later one can know for a secret.
        told.known.clear()
        printed[f"printed {number}"] = run(tmp_path, profile, *RULES, seed=number).text
    out, err = capfd.readouterr()
    files = artefacts(tmp_path)
    assert {f"report/{name}" for name in FILES} <= files.keys()
    assert {"state/ledger.jsonl", "state/history.jsonl"} <= files.keys()
    assert sum(name.startswith("state/runs/") for name in files) == 2
    assert leaks(printed | files | {"stdout": out, "stderr": err}) == {}
    marked = "\n".join(annotations(json.loads(files["report/report.json"])))
    assert marked.startswith("::error ") and leaks({"annotations": marked}) == {}
    assert len(told.known) >= 12
    assert "$TOKEN_ANNA" in files["report/report.json"]


def test_no_plan_holds_a_secret(staging: Staging, echo: Recorder, tmp_path: Path) -> None:
    """A plan shows the names of credentials, also where they stand in an address."""
    rules = ("appointment.*", "login.*", "logout.*")
    told = run(tmp_path, wanted(staging, echo.url, whole=True), *rules, plan=True)
    assert told.code == 0 and echo.seen == []
    assert leaks({"plan": told.text}) == {}
    assert "secretKey=$" in told.text


COMMANDS = (
    ("profile", "check", "{profile}"),
    ("profile", "check", "{profile}", "--format", "json"),
    ("profile", "check", "{profile}", "--offline"),
    (
        "accept",
        "login.body-given",
        "--profile",
        "{profile}",
        "--reason",
        "known",
        "--until",
        "2099-01-01",
    ),
    ("accept", "--list", "--profile", "{profile}"),
    ("diff", "last~1", "last", "--profile", "{profile}"),
    ("diff", "last~1", "last", "--profile", "{profile}", "--format", "json"),
)


def test_no_command_shows_a_secret(staging: Staging, echo: Recorder, tmp_path: Path) -> None:
    """profile check, accept and diff, on a profile and on what runs left."""
    profile = wanted(staging, echo.url)
    assert isinstance(echo.answer, Echo)
    for number in range(2):
        echo.answer.known.clear()
        run(tmp_path, profile, *RULES[:3], seed=number, report=None)
    file = str(tmp_path / "profile.yaml")
    for command in COMMANDS:
        done = CliRunner().invoke(cli.main, [part.format(profile=file) for part in command])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.output
        assert leaks({" ".join(command): done.output}) == {}
    assert leaks(artefacts(tmp_path)) == {}


WRONG = (
    "worlds.egain.actors.anna.tokens",
    "worlds.egain.actors.anna.session",
    "worlds.egain.actors.bob.token",
    "worlds.egain.records.user.x",
    "secret",
)


@pytest.mark.parametrize("place", WRONG)
def test_a_wrong_profile_is_told_without_its_secrets(
    staging: Staging, echo: Recorder, tmp_path: Path, place: str
) -> None:
    """Where a secret stands in a wrong place, its place is told and not the secret."""
    profile = wanted(staging, echo.url)
    owner, *path = profile, *place.split(".")
    for key in path[:-1]:
        owner = owner.setdefault(key, {})
    owner[path[-1]] = [OWN["token-in-profile"].text, OWN["password"].text]
    file = tmp_path / "profile.yaml"
    file.write_text(json.dumps(profile), "utf-8")
    for command in (
        ["profile", "check"],
        ["verify", "--plan", "--profile"],
        ["verify", "--profile"],
    ):
        done = CliRunner().invoke(cli.main, [*command, str(file)])
        assert done.exit_code == 2
        assert leaks({"output": done.output}) == {}


def test_no_traceback_holds_a_secret(staging: Staging, echo: Recorder, tmp_path: Path) -> None:
    """Under pytest, with long tracebacks and all local variables shown."""
    file = tmp_path / "profile.yaml"
    file.write_text(json.dumps(wanted(staging, echo.url)), "utf-8")
    command = [sys.executable, "-m", "pytest", "--pyargs", "rulebound.contract_tests", "-l", "-vv"]
    command += ["--tb=long", "-rA", "-p", "no:cacheprovider", f"--profile={file}"]
    command += ["--rule=task.accept-optional"]
    command += [f"--report={tmp_path / 'report'}", "--rootdir", str(tmp_path), "-c", os.devnull]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=tmp_path, timeout=120
    )
    assert "failed" in done.stdout
    assert leaks({"stdout": done.stdout, "stderr": done.stderr}) == {}
    assert leaks(artefacts(tmp_path)) == {}
