"""Whoever reads what a run prints may hang up before the last line."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO


@contextmanager
def heard(file: IO[str]) -> Iterator[None]:
    """Print to a file within: a pipe that is closed at its other end says nothing about the target,
    so what is left to print is dropped."""
    try:
        yield
        file.flush()
    except (BrokenPipeError, SystemExit):
        # Python would complain once more when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
