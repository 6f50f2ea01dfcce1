"""No document, seed or profile hurts who checks or serves it."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hostile_stub.documents import DOCUMENTS
from hostile_stub.files import Edit
from hostile_stub.profiles import PROFILES
from hostile_stub.seeds import SEEDS
from hostile_stub.verdict import INSIDE
from profiles.text import WHOLE

NOTES = Path(__file__).resolve().parent.parent / "toy" / "notes"
COMMANDING = Path(__file__).parent / "commanding.py"
MOST_COMPUTED = 5.0
MOST_GROWN = 64.0
# Files as messages name them, and what stands in the user's own file.
NAMES = re.compile(r"[\w./-]+\.(?:yaml|py)\b")

Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Met:
    """How every command went, the files' folders, and how many have called the listener."""

    told: Mapping[str, Told]
    root: Path
    callers: int


@pytest.fixture(scope="module")
def met(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Met]:
    """Every hostile file, given to the commands that read such files."""
    root = tmp_path_factory.mktemp("hostile")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        asked: dict[str, list[str]] = {}
        for edit in (*DOCUMENTS, *SEEDS):
            folder = root / edit.name / "notes"
            shutil.copytree(NOTES, folder)
            edit.lay(folder, port)
            asked[f"check {edit.name}"] = ["check", str(folder)]
            if not edit.served:
                serve = ["serve", "--port", "0", "--folder", str(folder)]
                asked[f"serve {edit.name}"] = serve
        for edit in PROFILES:
            folder = root / edit.name
            folder.mkdir()
            (folder / "profile.yaml").write_text(WHOLE, encoding="utf-8")
            edit.lay(folder, port)
            check = ["profile", "check", str(folder / "profile.yaml"), "--offline"]
            asked[f"profile {edit.name}"] = check
        told = commanded(asked)
        listener.setblocking(False)
        yield Met(told, root, called(listener))


def commanded(asked: Mapping[str, list[str]]) -> Mapping[str, Told]:
    """Run the commands in processes of their own."""
    done = subprocess.run(
        [sys.executable, str(COMMANDING)],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    found: dict[str, Told] = json.loads(done.stdout)
    return found


def called(listener: socket.socket) -> int:
    """How many have called."""
    count = 0
    while True:
        try:
            listener.accept()[0].close()
        except BlockingIOError:
            return count
        count += 1


def wrong(edit: Edit, told: Told, code: int) -> list[str]:
    """What is not as promised, in words."""
    said = str(told["told"])
    found = []
    if told["code"] != code:
        found.append(f"exit code {told['code']}, not {code}")
    if not re.search(edit.says, said, re.IGNORECASE):
        found.append(f"does not say {edit.says!r}")
    if "Traceback" in said or INSIDE.search(NAMES.sub("", said).encode()):
        found.append("tells how it is made")
    if not said.isprintable() and re.search(r"[^\n\x20-\x7e\x80-\U0010ffff]", said):
        found.append("prints control characters")
    if told["computed"] > MOST_COMPUTED or told["grown"] > MOST_GROWN:
        found.append(f"costs {told['computed']:.1f} s, {told['grown']:.0f} MiB")
    if len(said) > 5000:
        found.append(f"says {len(said)} letters")
    return [*found, said[:2000]] if found else []


@pytest.mark.parametrize("edit", [*DOCUMENTS, *SEEDS], ids=lambda edit: edit.name)
def test_a_hostile_document_is_told(edit: Edit, met: Met) -> None:
    """`check` tells it in a sentence and ends with 1; what does not load is not served (2)."""
    assert wrong(edit, met.told[f"check {edit.name}"], 1) == []
    if not edit.served:
        assert wrong(edit, met.told[f"serve {edit.name}"], 2) == []


@pytest.mark.parametrize("edit", PROFILES, ids=lambda edit: edit.name)
def test_a_hostile_profile_is_told(edit: Edit, met: Met) -> None:
    """`profile check` tells it in a sentence and ends with 2, before anything is asked for."""
    told = met.told[f"profile {edit.name}"]

    assert wrong(edit, told, 2) == []
    assert "canary" not in told["told"]


def test_nobody_was_called_and_nothing_was_run(met: Met) -> None:
    """No reference, dialect or address was fetched, and no command of a file was carried out."""
    assert met.callers == 0
    assert list(met.root.rglob("canary")) == []
    assert len({each.name for each in (*DOCUMENTS, *SEEDS, *PROFILES)}) == len(
        (*DOCUMENTS, *SEEDS, *PROFILES)
    )
