"""The Dockerfile read and, without a container, followed: each RUN in a folder that is its root."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]
VENV = Path(sys.executable).parent
SITE = Path(sysconfig.get_path("purelib"))
# Absolute paths of the image that the file names; all others are the machine's own.
INSIDE = re.compile(r"(?<![\w.])/(opt/rulebound|build|work)\b")


@dataclass(frozen=True)
class Instruction:
    """One instruction of the file, its lines joined: `RUN`, and what is run."""

    word: str
    text: str


def stages() -> list[list[Instruction]]:
    """The instructions of each stage, its FROM first."""
    text = (HOUSE / "Dockerfile").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    found: list[list[Instruction]] = []
    for line in re.sub(r"\\\n\s*", " ", "\n".join(lines)).splitlines():
        if line.strip():
            word, _, rest = line.partition(" ")
            if word == "FROM":
                found.append([])
            if found:
                found[-1].append(Instruction(word, rest.strip()))
    return found


def of(stage: list[Instruction], word: str) -> list[str]:
    """The texts of a stage's instructions that begin with this word."""
    return [each.text for each in stage if each.word == word]


def environment(stage: list[Instruction]) -> dict[str, str]:
    """What the ENV lines of a stage set, but for PATH."""
    pairs = [pair.split("=", 1) for text in of(stage, "ENV") for pair in text.split()]
    return {name: value for name, value in pairs if name != "PATH"}


def health() -> list[str]:
    """The command of the HEALTHCHECK."""
    (text,) = of(stages()[-1], "HEALTHCHECK")
    command: list[str] = json.loads(text.partition("CMD ")[2])
    return command


def context(folder: Path) -> Path:
    """What `docker build` would be sent: what .dockerignore lets through."""
    lines = (HOUSE / ".dockerignore").read_text("utf-8").splitlines()
    assert lines[1] == "*", "nothing is sent but what is named"
    for name in (line[1:] for line in lines if line.startswith("!")):
        source, copy = HOUSE / name, folder / name
        if source.is_dir():
            shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__", ".*"))
        else:
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, copy)
    return folder


def installed(folder: Path) -> Path:
    """What the locks name, as it is installed here already, without rulebound itself."""
    folder.mkdir()
    for each in SITE.iterdir():
        if "rulebound" not in each.name and each.suffix != ".pth":
            (folder / each.name).symlink_to(each)
    return folder


def _python(root: Path) -> Path:
    """A folder with a `python` that lets each environment it makes see what is installed here.

    pip then finds every line of a lock fulfilled, or fails: nothing is fetched.
    """
    folder = root / "shims"
    folder.mkdir()
    site = Path(f"lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages")
    script = folder / "python"
    script.write_text(
        f"""#!/bin/sh
"{VENV}/python" "$@" || exit
[ "$2" = venv ] || exit 0
for made; do :; done
echo "{installed(root / "installed")}" > "$made/{site}/installed.pth"
""",
        "utf-8",
    )
    script.chmod(0o755)
    return folder


def followed(root: Path) -> Iterator[str]:
    """Do what the first stage says, below `root`; give the output of each RUN."""
    sent = context(root / "sent")
    here = root
    variables = {
        **os.environ,
        **environment(stages()[0]),
        "PATH": f"{_python(root)}:{VENV}:{os.environ['PATH']}",
        "PIP_NO_INDEX": "1",
    }
    for each in stages()[0]:
        if each.word == "WORKDIR":
            here = root / each.text.lstrip("/")
            here.mkdir(parents=True)
        elif each.word == "COPY":
            *names, target = each.text.split()
            for name in names:
                whole = (sent / name).is_dir()
                copy = shutil.copytree if whole else shutil.copy
                copy(sent / name, here / target if whole else here / target / name)
        elif each.word == "RUN":
            yield _run(INSIDE.sub(rf"{root}/\1", each.text), here, variables)


def _run(command: str, folder: Path, variables: dict[str, str]) -> str:
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=folder,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, f"RUN {command}\n{done.stdout}"
    return done.stdout
