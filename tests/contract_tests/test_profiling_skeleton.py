"""A profile that was just written names everything that is needed and binds nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rulebound import cli
from rulebound.contract_tests.apis import Apis, load_apis, shipped
from rulebound.contract_tests.planning import EVERYTHING, Selection, plan
from rulebound.contract_tests.profiling.missing import BINDABLE, Coverage
from rulebound.contract_tests.profiling.names import Needed, needed
from rulebound.contract_tests.profiling.skeleton import skeleton
from rulebound.fixtures.profiles import load_profile

NOTES = str(Path(__file__).parent / "notes")


@pytest.fixture(scope="module")
def kit() -> Apis:
    """The kit's own APIs."""
    return load_apis(shipped())


@pytest.fixture(scope="module")
def kit_needs(kit: Apis) -> Needed:
    """What all rules of the kit need."""
    return needed(kit, plan(kit, EVERYTHING))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where profiles are written."""
    return tmp_path_factory.mktemp("profiles") / "staging.yaml"


def _run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli.main, ["profile", *map(str, arguments)])


def test_nothing_filled_in_is_nothing_bound(kit: Apis, kit_needs: Needed, place: Path) -> None:
    """The skeleton loads as it is, without an address and without a record."""
    place.write_text(skeleton("staging.yaml", "staging", kit, kit_needs), encoding="utf-8")
    profile = load_profile(place)
    assert not profile.apis
    assert [world.records for world in profile.worlds.values()] == [{}, {}]
    assert not set(kit_needs.rules) - set(Coverage(profile, kit, kit_needs).missing)


@pytest.mark.parametrize(
    "operations",
    [
        (),
        ("createTaskActivity",),
        ("createIncomingEmailActivity",),
        ("pickActivities",),
        ("searchActivities",),
        ("loginUser", "logoutUser"),
        ("createAppointment",),
    ],
)
def test_filled_in_it_lacks_no_name(kit: Apis, place: Path, operations: tuple[str, ...]) -> None:
    """Whatever operations are chosen, filling in every null (and setting the variables) binds every
    API, actor and record that their rules need."""
    wanted = needed(kit, plan(kit, Selection(operations=operations)))
    text = skeleton("staging.yaml", "staging", kit, wanted)
    text = text.replace("url: null", "url: 'https://staging.example.com'").replace("null", "'x'")
    copies = ", ".join("{id: x, lastModified: x}" for _ in range(80))
    place.write_text(text.replace("each: []", f"each: [{copies}]"), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        for variable in re.findall(r"env: (\w+)", text):
            patch.setenv(variable, "a secret")
        coverage = Coverage(load_profile(place), kit, wanted)
        assert not [gap for gap in coverage.gaps if gap.kind in BINDABLE]


def test_what_most_rules_need_comes_first(kit: Apis, kit_needs: Needed) -> None:
    """Actors and records stand in the order of how many rules need them, with that number."""
    text = skeleton("staging.yaml", "staging", kit, kit_needs)
    for part in re.findall(
        r"\n    (?:actors|records):\n(.*?)(?=\n    \S|\n      # Requests|\Z)", text, re.S
    ):
        counts = [int(count) for count in re.findall(r"^      # (\d+) rules?\b", part, re.M)]
        assert counts == sorted(counts, reverse=True)
        assert len(counts) > 5


@pytest.mark.parametrize(
    ("actor", "proof"),
    [
        ("anna", "{token: {env: STAGING_ANNA}}"),
        ("anna-expired", "{token: {env: STAGING_ANNA_EXPIRED}}"),
        ("anna-console-expired", "{session: {env: STAGING_ANNA_CONSOLE_EXPIRED}}"),
        ("bob-console", "{login: {user: {env: STAGING_BOB_CONSOLE_USER}"),
        ("robot", "{oauth2: {url: null, grant: client_credentials"),
        ("liam", "{key: {env: STAGING_LIAM_KEY}, secret: {env: STAGING_LIAM_SECRET}}"),
    ],
)
def test_a_proof_suits_its_actor(kit: Apis, kit_needs: Needed, actor: str, proof: str) -> None:
    """Tokens, sessions, logins, clients and keys are suggested where the document wants them; a
    credential that has ended is one that is given."""
    text = skeleton("staging.yaml", "staging", kit, kit_needs)
    (line,) = re.findall(rf"^      {actor}: (.*)$", text, re.M)
    assert line.startswith(proof)


def test_new_writes_what_check_reads(tmp_path: Path) -> None:
    """`profile new` writes a file that `profile check` reads, and names it after the file."""
    file = tmp_path / "My Staging.eu.yaml"
    done = _run("new", file, "--folder", NOTES)
    assert (done.exit_code, str(file) in done.output) == (0, True)
    assert load_profile(file).name == "my-staging"
    checked = _run("check", file, "--folder", NOTES, "--offline")
    assert checked.exit_code == 1
    for name in (
        "API notes",
        "record seed folder.home (id)",
        "actor seed ann (not set: MY_STAGING_ANN)",
    ):
        assert name in checked.output


def test_new_overwrites_nothing(tmp_path: Path) -> None:
    """A file that is there stays as it is, a folder that is not there is told; both end in 2."""
    file = tmp_path / "staging.yaml"
    file.write_text("precious", encoding="utf-8")
    done = _run("new", file, "--folder", NOTES)
    assert (done.exit_code, file.read_text("utf-8")) == (2, "precious")
    assert "there already" in done.output
    done = _run("new", tmp_path / "nowhere" / "staging.yaml", "--folder", NOTES)
    assert (done.exit_code, "cannot be written" in done.output) == (2, True)


def test_new_takes_only_what_is_chosen(tmp_path: Path) -> None:
    """With --operation only the names of its rules are written; a wrong one is told."""
    file = tmp_path / "staging.yaml"
    assert _run("new", file, "--operation", "logoutUser").exit_code == 0
    text = file.read_text("utf-8")
    assert "anna-console" in text and "leadsquared" not in text and "attachment." not in text
    done = _run("new", tmp_path / "other.yaml", "--operation", "nonesuch")
    assert (done.exit_code, "no rule is chosen" in done.output) == (2, True)
    assert not (tmp_path / "other.yaml").exists()


@pytest.mark.parametrize("command", ["new", "check"])
def test_help_teaches(command: str) -> None:
    """Both commands explain themselves, with examples that name them."""
    done = _run(command, "--help")
    assert (done.exit_code, f"rulebound profile {command} staging.yaml" in done.output) == (0, True)
