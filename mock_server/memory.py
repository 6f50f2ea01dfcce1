"""What large requests took is given back to the system when they are forgotten."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress

_M_MMAP_THRESHOLD = -3
LARGE = 128 * 1024
"""Bytes from which on a block stands by itself."""


def give_back() -> None:
    """Have the C library keep large blocks apart, each of which goes back once it is free.

    It does so by itself until the first large block is freed; from then on it keeps larger and
    larger ones among the small, between which nothing can be given back. For the process: to be
    called by a program, not by a library. Without effect where the C library is another.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, LARGE)
