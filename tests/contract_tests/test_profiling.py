"""What rules need of a deployment, and what a profile lacks of it, is what a run finds too."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rulebound.contract_tests.apis import Apis, Place, load_apis, shipped
from rulebound.contract_tests.judging.bench import Bench, Unchecked
from rulebound.contract_tests.judging.outcome import Verdict
from rulebound.contract_tests.planning import EVERYTHING, Selection, plan
from rulebound.contract_tests.profiling.commands import (
    CheckOptions,
    NewOptions,
    check_profile,
    new_profile,
)
from rulebound.contract_tests.profiling.missing import Coverage
from rulebound.contract_tests.profiling.names import Need, Needed, needed
from rulebound.contract_tests.running import run_plan
from rulebound.contract_tests.targets.deployment import Deployment
from rulebound.contract_tests.terminal.loudness import Loudness
from rulebound.contract_tests.verify import verify
from rulebound.contract_tests.verify_options import VerifyOptions
from rulebound.fixtures.profiles import (
    BoundRecord,
    BoundWorld,
    GivenToken,
    Literal,
    Profile,
    Provision,
    Read,
    load_profile,
)

from tests.contract_tests.notes_server import Notes, serving

WORLD = "seed"
WHOLE = """\
profile: notes
apis: {{notes: {{url: '{url}'}}}}
patience: 0
worlds:
  seed:
    actors: {{ann: {{token: token-ann}}}}
    records: {{folder.home: {{id: '10'}}, note.first: {{id: '100', title: First}}}}
"""
LEFT_OUT = {
    "nothing": "",
    "ann": "actors: {{ann: {{token: token-ann}}}}",
    "folder.home": "folder.home: {{id: '10'}}, ",
    "note.first": ", note.first: {{id: '100', title: First}}",
    "note.first (id)": "id: '100', ",
    "notes": "apis: {{notes: {{url: '{url}'}}}}\n",
}


def test_a_profile_remembers_what_it_was_written_for(
    notes_place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A profile for one operation: check and verify try its rules alone, which is said, unless
    they are told others."""
    file = tmp_path / "notes.yaml"
    wish = NewOptions(file, (notes_place,), Selection(operations=("readNote",)))
    assert new_profile(wish) == 0
    file.write_text(file.read_text().replace("{url: null}", "{url: 'http://127.0.0.1:9'}"))
    told = {}
    for selection in (EVERYTHING, Selection(rules=("*",))):
        out = io.StringIO()
        options = VerifyOptions(profile=file, plan=True, places=(notes_place,), selection=selection)
        capsys.readouterr()
        assert verify(options, Console(file=out, width=200)) == 0
        told[selection] = (out.getvalue(), capsys.readouterr().err)
    assert "at most 3 requests would be sent" in told[EVERYTHING][0]
    assert "is for operation readNote (`only`); --rule '*' takes every rule" in told[EVERYTHING][1]
    assert "at most 3 requests would be sent" not in told[Selection(rules=("*",))][0]
    assert not told[Selection(rules=("*",))][1]
    check_profile(CheckOptions(file, (notes_place,), offline=True))
    checked = capsys.readouterr()
    assert "of 3 rules" in checked.out
    assert checked.err == told[EVERYTHING][1]
    check_profile(CheckOptions(file, (notes_place,), offline=True, loudness=Loudness.QUIET))
    assert not capsys.readouterr().err


@pytest.fixture(scope="module")
def kit() -> Apis:
    """The kit's own APIs."""
    return load_apis(shipped())


@pytest.fixture(scope="module")
def kit_needs(kit: Apis) -> Needed:
    """What all rules of the kit need."""
    return needed(kit, plan(kit, EVERYTHING))


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A sound server of the notes API that lets nobody look inside."""
    with serving(Notes(control=False)) as address:
        yield address


def _of(notes: Apis, rule: str) -> set[Need]:
    return set(needed(notes, plan(notes, EVERYTHING)).rules[rule])


def test_a_rule_needs_what_its_cases_and_their_twin_name(notes: Apis) -> None:
    """API, operation, actor of the baseline, record of the twin: each once."""
    assert _of(notes, "note.folder-exists") == {
        Need("api", "notes"),
        Need("effect", "createNote", detail="create"),
        Need("actor", "ann", WORLD),
        Need("record", "folder.home", WORLD, "id"),
    }


def test_settings_time_and_looks_are_needs(notes: Apis) -> None:
    """Both values of a setting, the seconds that pass, and each field looked at, are told."""
    assert {n.detail for n in _of(notes, "note.open-only") if n.kind == "setting"} == {
        "true",
        "false",
    }
    assert Need("clock", "", detail="3600") in _of(notes, "note.any-title")
    looked = {n.detail for n in _of(notes, "note.keeps-title") if n.kind == "table"}
    assert looked == {"", "title"}
    assert Need("effect", "readNote", detail="read") in _of(notes, "note.keeps-title")


def test_expectations_name_records_too(notes: Apis) -> None:
    """A record that only the answer of a baseline speaks of is needed by each of its rules."""
    assert Need("record", "note.first", WORLD, "id") in _of(notes, "read.exists")


def test_a_text_that_a_record_is_known_by_is_told(notes: Apis) -> None:
    """`First` is how the seed calls a note, so a deployment may call it otherwise."""
    assert Need("text", "note.first", WORLD, "title") in _of(notes, "read.shows-note")


def test_live_credentials_are_needs_of_their_actor(kit_needs: Needed) -> None:
    """A session or token that a witness takes is supplied by its actor and bound by nobody."""
    every = set().union(*kit_needs.rules.values())
    assert not [
        n for n in every if n.kind == "record" and n.name.startswith(("session.", "token."))
    ]
    taken = {n.name for n in kit_needs.rules["logout.session-required"] if n.kind == "actor"}
    assert "anna-console-expired" in taken


def test_every_name_the_kit_needs_is_one_of_its_worlds(kit: Apis, kit_needs: Needed) -> None:
    """No witness names an actor, record or setting that its seed does not have."""
    seeds = {api.seed.name: api.seed for api in kit.all}
    for need in set().union(*kit_needs.rules.values()):
        match need.kind:
            case "actor":
                assert need.name in seeds[need.world].actors
            case "record" | "text":
                assert need.name in seeds[need.world].names
            case "setting":
                assert need.name in seeds[need.world].settings.defaults


@pytest.mark.parametrize("left_out", LEFT_OUT)
def test_a_run_reaches_what_the_check_says(
    notes: Apis, url: str, tmp_path: Path, left_out: str
) -> None:
    """Whatever a profile leaves out, the rules said to be unreachable are those not reached."""
    text = WHOLE.replace(LEFT_OUT[left_out], "").format(url=url)
    path = tmp_path / "notes.yaml"
    path.write_text(text, encoding="utf-8")
    profile = load_profile(path)
    chosen = plan(notes, EVERYTHING)
    coverage = Coverage(profile, notes, needed(notes, chosen))
    with closing(Deployment(profile, notes)) as target:
        verdicts = run_plan(Bench(notes, target, Unchecked()), chosen, 1)
    missed = {
        each.planned.rule.id
        for each in verdicts
        if each.verdict is Verdict.NOT_REACHED and each.planned.cases
    }
    assert missed == set(coverage.missing)
    assert left_out == "nothing" or len(missed) > 3


@pytest.fixture(scope="module")
def full(kit: Apis, tmp_path_factory: pytest.TempPathFactory) -> Profile:
    """A profile that binds every name of the kit's worlds and reads every table."""
    path = tmp_path_factory.mktemp("full") / "full.yaml"
    path.write_text("profile: full\nallow: [read, create, change]\npatience: 1e6\n", "utf-8")
    worlds = {}
    for seed in {api.seed.name: api.seed for api in kit.all}.values():
        actors = dict.fromkeys(seed.actors, GivenToken(Literal("a token")))
        records = {name: BoundRecord(record) for name, record in seed.names.items()}
        reads = {
            table: Read("any", None, ({},), "", dict.fromkeys(schema.fields, "/"))
            for table, schema in seed.tables.items()
        }
        worlds[seed.name] = BoundWorld(actors, records, {}, reads)
    urls = {api.name: "https://staging.example.com" for api in kit.all}
    return replace(load_profile(path), apis=urls, worlds=worlds)


def _without(profile: Profile, names: set[tuple[str, str]]) -> Profile:
    worlds = {
        seed: replace(
            world,
            actors={k: v for k, v in world.actors.items() if (seed, k) not in names},
            records={k: v for k, v in world.records.items() if (seed, k) not in names},
        )
        for seed, world in profile.worlds.items()
    }
    apis = {name: url for name, url in profile.apis.items() if ("", name) not in names}
    return replace(profile, apis=apis, worlds=worlds)


def test_a_full_profile_lacks_only_other_settings(
    kit: Apis, kit_needs: Needed, full: Profile
) -> None:
    """With every name bound, nothing is missing but what a deployment's settings and clock decide:
    both values of a setting at once, and a clock that stands still."""
    assert {gap.kind for gap in Coverage(full, kit, kit_needs).gaps} == {"setting", "now"}


@given(st.data())
def test_what_is_left_out_costs_the_rules_that_need_it(
    kit: Apis, kit_needs: Needed, full: Profile, data: st.DataObject
) -> None:
    """Leaving names out makes the rules that need one of them unreachable, and no others; each is
    told below every name it misses, and the names that cost most rules come first."""
    kinds = ("api", "actor", "record")
    every = set().union(*kit_needs.rules.values())
    names = sorted({(need.world, need.name) for need in every if need.kind in kinds})
    gone = data.draw(st.sets(st.sampled_from(names), max_size=5))
    coverage = Coverage(_without(full, gone), kit, kit_needs)
    lost = {
        rule: {(n.world, n.name) for n in needs if n.kind in kinds} & gone
        for rule, needs in kit_needs.rules.items()
    }
    gaps = [gap for gap in coverage.gaps if gap.kind in kinds]
    named: dict[str, set[tuple[str, str]]] = {rule: set() for rule in lost}
    for gap in gaps:
        for rule in gap.rules:
            named[rule].add((gap.world, gap.name))
    stems = {("egain", name) for name in ("activity.bulk", "activity.many", "activity.ranged")}
    for rule, misses in lost.items():
        assert bool(misses) == bool(named[rule])
        assert named[rule] - stems <= misses
    sizes = [len(gap.rules) for gap in coverage.gaps]
    assert sizes == sorted(sizes, reverse=True)


def test_copies_are_told_as_one(kit: Apis, kit_needs: Needed, full: Profile) -> None:
    """Eighty numbered copies that are missing are one gap, and one list binds them all."""
    bulk = {("egain", f"activity.bulk-{number}") for number in range(1, 81)}
    bare = _without(full, bulk)
    (gap,) = [each for each in Coverage(bare, kit, kit_needs).gaps if each.kind == "record"]
    assert gap.name == "activity.bulk"
    many = tuple({"id": str(number), "lastModified": "x"} for number in range(80))
    records = {**bare.worlds["egain"].records, "activity.bulk": BoundRecord({}, many)}
    egain = replace(bare.worlds["egain"], records=records)
    bound = replace(bare, worlds={**bare.worlds, "egain": egain})
    assert not [each for each in Coverage(bound, kit, kit_needs).gaps if each.kind == "record"]


def test_a_field_may_come_from_anywhere(kit: Apis, kit_needs: Needed, full: Profile) -> None:
    """A field is there when the record, each of its supply, what makes it or a look gives it."""
    need = Need("record", "activity.email-queued", "egain", "lastModified")
    made = Provision("createTaskActivity", "anna", None, None, {}, {})
    told = replace(made, fields={"lastModified": "x"})
    for bound, is_there in (
        (BoundRecord({"id": "1"}), False),
        (BoundRecord({"lastModified": "x"}), True),
        (BoundRecord({}, ({"lastModified": "x"}, {"id": "2"})), False),
        (BoundRecord({"lastModified": "x"}, ({"id": "1"}, {"id": "2"})), True),
        (BoundRecord({}, (), made), False),
        (BoundRecord({}, (), told), True),
    ):
        world = BoundWorld(records={need.name: bound})
        profile = replace(full, worlds={"egain": world})
        assert Coverage(profile, kit, kit_needs).has(need) is is_there
        reads = {"activity": Read("any", None, ({},), "", {"lastModified": "/at"})}
        profile = replace(full, worlds={"egain": replace(world, reads=reads)})
        assert Coverage(profile, kit, kit_needs).has(need)


def test_what_may_be_done_is_as_the_target_takes_it(
    kit: Apis, kit_needs: Needed, full: Profile
) -> None:
    """Where the profile does not say: elsewhere only reading and no waiting, here everything."""
    create, wait = Need("effect", "a", detail="create"), Need("clock", "", detail="30")
    for url, is_there in (("https://staging.example.com", False), ("http://[::1]:9000", True)):
        profile = replace(full, apis={"a": url}, allow=None, patience=None)
        coverage = Coverage(profile, kit, kit_needs)
        assert (coverage.has(create), coverage.has(wait)) == (is_there, is_there)
        assert coverage.has(Need("effect", "a", detail="read"))
        assert not coverage.has(Need("clock", "", detail="31"))
