"""A run in shards: each rule in exactly one, and together the run as it is in one piece."""

from __future__ import annotations

import io
import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from rulebound.contract_tests.apis import Apis, Place, load_apis, own
from rulebound.contract_tests.planning import EVERYTHING, Selection, Shard, plan
from rulebound.contract_tests.reports.files import FILES
from rulebound.contract_tests.runs.accepted import Accepted, write_accepted
from rulebound.contract_tests.runs.faults import RunFault
from rulebound.contract_tests.runs.frame import plan_digest
from rulebound.contract_tests.runs.merging import merge
from rulebound.contract_tests.verify import VerifyOptions, guarded, verify

from tests.contract_tests.notes_profile import run_at, written_profile
from tests.contract_tests.notes_server import Notes, serving


def quiet() -> Console:
    """A console that shows nothing."""
    return Console(file=io.StringIO())


def timeless(value: Any) -> Any:
    """A report without times."""
    if isinstance(value, dict):
        return {
            key: timeless(item)
            for key, item in value.items()
            if key not in ("seconds", "started", "latency")
        }
    return [timeless(item) for item in value] if isinstance(value, list) else value


def report(folder: Path) -> Any:
    """A report.json, read."""
    return json.loads((folder / "report.json").read_text("utf-8"))


def changed(of: Path, folder: Path, **values: Any) -> None:
    """A report like another one but for these values."""
    folder.mkdir()
    (folder / "report.json").write_text(json.dumps({**report(of), **values}), "utf-8")


@pytest.fixture(scope="module")
def shards(notes_place: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reports of one faulty stub: `whole`, and each shard of 1, 2 and 5 as `2of5`."""
    folder = tmp_path_factory.mktemp("shards")
    with serving(Notes("lenient-401")) as url:

        def run(name: str, shard: Shard | None, **options: Any) -> int:
            options |= {"target": url, "stub": True, "places": (notes_place,)}
            return verify(VerifyOptions(report=folder / name, shard=shard, **options), quiet())

        assert run("whole", None) == 1
        run("otherseed", Shard(2, 2), seed=1)
        run("otherplan", Shard(2, 2), selection=Selection(rules=("note.*",)))
        run("otherkey", Shard(2, 2), run_key="run 7")
        for of in (1, 2, 5):
            codes = [run(f"{index}of{of}", Shard(index, of)) for index in range(1, of + 1)]
            assert 1 in codes and set(codes) <= {0, 1}
    with serving(Notes("lenient-401")) as other:
        options = {"target": other, "stub": True, "shard": Shard(2, 2)}
        verify(
            VerifyOptions(places=(notes_place,), report=folder / "othertarget", **options), quiet()
        )
    return folder


@pytest.mark.parametrize("of", [1, 2, 5])
def test_shards_merge_to_the_same_report(shards: Path, tmp_path: Path, of: int) -> None:
    """One, two or five shards, in any order: the merged report is that of the whole run."""
    parts = [shards / f"{index}of{of}" for index in range(of, 0, -1)]
    assert merge(parts, tmp_path, quiet()) == 1
    assert timeless(report(tmp_path)) == timeless(report(shards / "whole"))
    assert {each.name for each in tmp_path.iterdir()} == set(FILES)


def test_a_shard_says_what_it_is(shards: Path) -> None:
    """A shard's report names its place and its plan, and leaves the statements of others open."""
    data = report(shards / "1of2")
    whole = report(shards / "whole")
    assert data["shard"]["index"] == 1 and data["shard"]["of"] == 2
    assert data["shard"]["plan"] == data["plan"] == whole["plan"]
    assert 0 < len(data["rules"]) < len(whole["rules"])
    assert "in another shard" in {each["verdict"] for each in data["statements"]}


@pytest.mark.parametrize("of", [1, 2, 5, 40])
def test_each_rule_falls_to_one_shard(notes: Apis, of: int) -> None:
    """Whatever else is chosen, a rule is always in the same one of so many shards."""
    everything, some = plan(notes, EVERYTHING), plan(notes, Selection(rules=("read.*",)))
    parts = [Shard(index, of).part(everything) for index in range(1, of + 1)]
    assert sorted(each.rule.id for part in parts for each in part) == sorted(
        each.rule.id for each in everything
    )
    for index, part in enumerate(parts, 1):
        wanted = {each.rule.id for each in part if each.rule.id.startswith("read.")}
        assert {each.rule.id for each in Shard(index, of).part(some)} == wanted


@pytest.mark.parametrize("text", ["0/5", "6/5", "1", "1/0", "a/b", "1/2/3", "-1/2", ""])
def test_what_is_no_shard_is_told(text: str) -> None:
    """Anything but i/n with i from 1 to n is refused with a hint."""
    with pytest.raises(ValueError, match="is no shard; write 1/5"):
        Shard.read(text)
    assert Shard.read("2/5") == Shard(2, 5)


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (["1of2"], "of 2 shards these are missing: 2"),
        (["1of5", "3of5", "4of5"], "of 5 shards these are missing: 2, 5"),
        (["1of2", "2of2", "again"], "shard 1/2 stands twice"),
        (["1of2", "2of5"], "is one of 2 shards"),
        (["1of2", "otherseed"], "seed must be the same"),
        (["1of2", "otherplan"], "plan must be the same"),
        (["1of2", "otherkey"], "their run keys are none and 'run 7'"),
        (["1of2", "othertarget"], "target must be the same"),
        (["1of2", "whole"], "is no shard; it was run without --shard"),
        (["1of2", "nowhere"], "cannot be read"),
        (["1of2", "noreport"], '/rules/0: "id" is a required property'),
        (["1of2", "older"], "began more than a day apart"),
        (["1of2", "third"], "says that it is shard 3/2"),
        (["many"], "of 9999 shards these are missing: 2, 3, 4, 5, 6 and 9993 more"),
        (["1of2", "nojson"], "is no JSON"),
    ],
)
def test_a_wrong_set_of_shards_is_refused(
    shards: Path, tmp_path: Path, names: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Missing, doubled or mismatched: exit 2, one sentence, and no report."""
    shutil.copytree(shards / "1of2", tmp_path / "again")
    changed(shards / "2of2", tmp_path / "noreport", rules=[{}])
    changed(shards / "2of2", tmp_path / "older", started="2026-01-01T00:00:00+00:00")
    place = report(shards / "2of2")["shard"]
    changed(shards / "2of2", tmp_path / "third", shard={**place, "index": 3})
    changed(shards / "1of2", tmp_path / "many", shard={**place, "index": 1, "of": 9999})
    (tmp_path / "nojson").write_text("{", "utf-8")
    paths = [shards / name if (shards / name).exists() else tmp_path / name for name in names]
    assert guarded(lambda: merge(paths, tmp_path / "out", quiet())) == 2
    error = capsys.readouterr().err
    assert says in error and error.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_key_holds_shards_together(shards: Path, tmp_path: Path) -> None:
    """Shards that were given the same key are of one run, however long it took; and no merge leaves
    the report of an earlier one behind, or writes over a shard."""
    place = report(shards / "1of2")["shard"]
    for index, day in ((1, "2026-01-01"), (2, "2026-03-01")):
        shard = {**place, "index": index, "key": "run 7"}
        started = f"{day}T00:00:00+00:00"
        changed(shards / f"{index}of2", tmp_path / str(index), shard=shard, started=started)
    parts = [tmp_path / "1", tmp_path / "2"]
    assert merge(parts, tmp_path / "whole", quiet()) == 1
    (tmp_path / "whole" / "notes.txt").write_text("mine", "utf-8")
    with pytest.raises(RunFault, match="these are missing"):
        merge(parts[:1], tmp_path / "whole", quiet())
    assert [path.name for path in (tmp_path / "whole").iterdir()] == ["notes.txt"]
    with pytest.raises(RunFault, match="holds one of the shards"):
        merge(parts, tmp_path / "1", quiet())
    assert report(tmp_path / "1")["shard"]["index"] == 1


def test_a_shard_that_lost_rules_is_refused(shards: Path, tmp_path: Path) -> None:
    """A report that someone cut does not merge into a run that looks whole."""
    data = report(shards / "1of1")
    del data["rules"][3]
    (tmp_path / "report.json").write_text(json.dumps(data), "utf-8")
    with pytest.raises(RunFault, match="do not hold the rules of their plan"):
        merge([tmp_path], tmp_path / "out", quiet())


def test_the_plan_knows_what_it_was_made_of(notes_place: Place, tmp_path: Path) -> None:
    """A changed sentence, case or record makes another plan; the same files make the same."""

    def digest(change: str = "", old: str = "", new: str = "") -> str:
        shutil.rmtree(tmp_path / "notes", ignore_errors=True)
        shutil.copytree(notes_place.document, tmp_path / "notes")
        if change:
            path = tmp_path / "notes" / change
            assert old in path.read_text("utf-8")
            path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
        apis = load_apis([own(tmp_path / "notes")])
        return plan_digest(apis, plan(apis, EVERYTHING))

    found = [
        digest(),
        digest("openapi.yaml", "A title has at most 20", "A title holds at most 20"),
        digest("witnesses/read.yaml", "an unknown id", "no such id"),
        digest("seed/records.yaml", "Home", "House"),
    ]
    assert len(set(found)) == 4
    assert digest() == found[0]


def test_shards_of_a_deployment_keep_what_is_known(notes_place: Place, tmp_path: Path) -> None:
    """What flipped and what is accepted stands in the merged report too, and counts there."""
    known = [Accepted(f"{name}.signed-in", "why", date.max, date.min) for name in ("note", "read")]
    write_accepted(tmp_path / "state", [*known, Accepted("gone.rule", "why", date.max, date.min)])
    with serving(Notes(control=False)) as url:
        run_at(written_profile(tmp_path, url), notes_place)
    with serving(Notes("lenient-401", control=False)) as url:
        profile = written_profile(tmp_path, url)
        parts = [tmp_path / "1", tmp_path / "2"]
        for index, folder in enumerate(parts, 1):
            assert run_at(profile, notes_place, folder, shard=Shard(index, 2))[0] == 0
    assert merge(parts, tmp_path / "whole", quiet()) == 0
    data = report(tmp_path / "whole")
    assert data["flipped"] == ["note.signed-in", "read.signed-in"]
    states = [(each["rule"], each["state"]) for each in data["accepted"]]
    assert states == [(each.rule, "accepted") for each in known] + [("gone.rule", "unknown")]
    assert data["target"]["profile"] == "notes"
