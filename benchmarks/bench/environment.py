"""What only the benchmark needs of Python, in an environment of its own."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
LOCK = HERE.parent / "requirements.lock"


class NoEnvironment(Exception):
    """It cannot be made here; the text says why."""


def plotter(root: Path) -> list[str]:
    """The command that draws: a file of results in, a picture out. Raises NoEnvironment."""
    home = root / ".cache" / "bench-python"
    python, stamp = home / "bin" / "python", home / ".locked"
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if not stamp.is_file() or stamp.read_text(encoding="ascii") != digest:
        pip = [str(python), "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
        _run([sys.executable, "-m", "venv", "--clear", str(home)])
        _run([*pip, "--require-hashes", "-r", str(LOCK)])
        stamp.write_text(digest, encoding="ascii")
    return [str(python), str(HERE / "plot.py")]


def _run(command: list[str]) -> None:
    try:
        ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    except subprocess.TimeoutExpired:
        raise NoEnvironment(f"{command[0]} did not end in time") from None
    if ended.returncode:
        raise NoEnvironment(ended.stderr.strip()[-300:] or f"{command[0]} failed")
