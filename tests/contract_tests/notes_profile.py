"""A profile of the notes server, met as a deployment, and runs of `verify` against it."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rulebound.contract_tests.apis import Place
from rulebound.contract_tests.verify import VerifyOptions, verify

from tests.contract_tests.notes_server import Notes, serving

PROFILE = """\
profile: notes
apis: {{notes: {{url: '{url}'}}}}
allow: [read, create, change]
worlds:
  seed:
    actors: {{ann: {{token: token-ann}}}}
    records: {{note.first: {{id: '100', title: First}}, folder.home: {{id: '10', name: Home}}}}
state: state
"""


def written_profile(folder: Path, url: str) -> Path:
    """The profile's file; its state lies in `state` beside it."""
    path = folder / "notes.yaml"
    path.write_text(PROFILE.format(url=url), "utf-8")
    return path


def run_at(
    profile: Path, place: Place, report: Path | None = None, **options: Any
) -> tuple[int, str]:
    """Exit code and output of a run against the deployment of a profile."""
    out = io.StringIO()
    wish = VerifyOptions(profile=profile, places=(place,), report=report, **options)
    return verify(wish, Console(file=out, width=100, highlight=False)), out.getvalue()


def one_run(folder: Path, place: Place, *faults: str, **options: Any) -> tuple[int, str, Any]:
    """Exit code, output and report.json of a run against a server with these faults; the runs in
    one folder are of one deployment, whatever port it has."""
    with serving(Notes(*faults, control=False)) as url:
        profile = written_profile(folder, url)
        code, text = run_at(profile, place, folder / "report", **options)
    return code, text, json.loads((folder / "report" / "report.json").read_text("utf-8"))
