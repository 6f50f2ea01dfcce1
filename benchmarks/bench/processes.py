"""What a process and its children have spent and hold, read from /proc; and starting and ending."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, LOAD_CORE = CORES[0], CORES[-1]
"""Where servers run and where the load comes from; the same where there is one core alone."""


def on_core(core: int, command: Sequence[str]) -> list[str]:
    """The command, kept to one core where there are several and `taskset` is installed."""
    if len(CORES) == 1 or shutil.which("taskset") is None:
        return list(command)
    return ["taskset", "-c", str(core), *command]


def start(
    command: Sequence[str],
    log: Path,
    *,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """A process in a group of its own, that writes what it says into a file."""
    with log.open("wb") as said:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd=folder,
            env={**os.environ, **(environment or {})},
        )


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process that `start` gave, with what it has started."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            break
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            continue
    process.wait(5)


def tree(pid: int) -> Iterator[int]:
    """A process and all below it."""
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text(encoding="ascii").split()
        except OSError:
            continue
        for child in children:
            yield from tree(int(child))


def computed(pid: int) -> float:
    """Seconds that a process and those below it have spent on a processor.

    By the scheduler's own account, to the nanosecond, and at least what /proc's `stat` says, which
    also has the threads that are gone, in hundredths of a second.
    """
    return sum(max(_scheduled(each), _ticked(each)) for each in tree(pid))


def _scheduled(pid: int) -> float:
    total = 0
    for account in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        try:
            total += int(account.read_text(encoding="ascii").split()[0])
        except (OSError, IndexError):
            continue
    return total / 1e9


def _ticked(pid: int) -> float:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    fields = text.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident(pid: int) -> float:
    """MB (of 1024 x 1024 bytes) that a process and those below it hold in memory."""
    total = 0
    for each in tree(pid):
        try:
            status = Path(f"/proc/{each}/status").read_text(encoding="utf-8")
        except OSError:
            continue
        sizes = [line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:")]
        total += int(sizes[0]) if sizes else 0
    return total / 1024


def load_average() -> float:
    """How many processes wanted a core in the last minute."""
    return os.getloadavg()[0]
