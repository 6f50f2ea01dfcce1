"""Runs what is asynchronous for tests that are not."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Answer = TypeVar("Answer")


class Turns:
    """A loop in a thread of its own: in the tests' own thread a browser may keep one running."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._runner = asyncio.Runner()

    def run(self, call: Coroutine[Any, Any, Answer]) -> Answer:
        """What a call comes to."""
        return self._thread.submit(self._runner.run, call).result()

    def close(self) -> None:
        """End the loop and its thread."""
        self._thread.submit(self._runner.close).result()
        self._thread.shutdown()
