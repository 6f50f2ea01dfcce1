"""Fuzz each reader for its share of the time.

    python -m tests.fuzz [--minutes 10] [--only TARGET]

Needs atheris (`pip install atheris`, Linux), which is no dependency: nothing in CI uses it. Each
target runs in a process of its own, begins with texts that the kit itself holds, and is told apart
by what it may raise; anything else ends it, as does a text that takes ten seconds or 2 GB, and the
text is printed. Exit codes: 0 nothing found, 1 something, 2 atheris is missing.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.fuzz.corpus import corpus
from tests.fuzz.names import TARGETS

HOUSE = Path(__file__).resolve().parent.parent.parent
LIMITS = ("-timeout=10", "-rss_limit_mb=2048", "-max_len=6000", "-print_final_stats=1")
say = sys.stdout.write


def fuzz(name: str, seconds: float, folder: Path) -> bool:
    """Fuzz one target; prints how it went. Gives whether nothing was found."""
    texts, found = folder / "texts" / name, folder / "found" / name
    texts.mkdir(parents=True)
    found.mkdir(parents=True)
    for number, text in enumerate(corpus(name)):
        (texts / f"{number}").write_bytes(text)
    command = [sys.executable, "-m", "tests.fuzz.one", name, str(texts)]
    limits = (f"-max_total_time={max(1, round(seconds))}", f"-artifact_prefix={found}/", *LIMITS)
    done = subprocess.run(
        [*command, *limits],
        capture_output=True,
        check=False,
        cwd=HOUSE,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )
    told = done.stderr.decode("utf-8", "replace") + done.stdout.decode("utf-8", "replace")
    runs = re.findall(r"number_of_executed_units: *(\d+)", told)
    covered = re.findall(r"cov: (\d+)", told)
    well = done.returncode == 0 and not list(found.iterdir())
    say(
        f"{name:<12}{seconds:6.0f} s{int(runs[-1]) if runs else 0:10} texts,"
        f" {covered[-1] if covered else '?':>5} branches: {'nothing found' if well else 'FOUND'}\n"
    )
    if not well:
        for path in found.iterdir():
            say(f"  {path.name[:40]}: {path.read_bytes()[:500]!r}\n")
        say(f"{told[-3000:]}\n")
    sys.stdout.flush()
    return well


def main() -> int:
    """Fuzz all targets, or one."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--only", choices=TARGETS, action="append")
    options = parser.parse_args()
    if importlib.util.find_spec("atheris") is None:
        sys.stderr.write("atheris is missing: pip install atheris\n")
        return 2
    chosen = options.only or TARGETS
    with tempfile.TemporaryDirectory() as folder:
        share = 60 * options.minutes / len(chosen)
        well = [fuzz(name, share, Path(folder)) for name in chosen]
    return 0 if all(well) else 1


if __name__ == "__main__":
    sys.exit(main())
