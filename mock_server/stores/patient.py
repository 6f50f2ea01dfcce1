"""A connection to PostgreSQL that does not wait for ever; only imported where there is one."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import psycopg

WAITS = 7.0
"""Seconds, more than any statement may take: a server that can be reached ends those itself."""


class PatientConnection(psycopg.Connection[Any]):
    """psycopg's connection, of no use any more once the server leaves something unanswered.

    A server that hangs, or whose machine is gone, tells nobody that it does: neither its own limits
    nor those of TCP hold then.
    """

    def wait(
        self, gen: Generator[Any, Any, Any], interval: float = 0.1, timeout: float | None = None
    ) -> Any:
        """What comes of `gen`. Raises psycopg.OperationalError when that takes too long."""
        try:
            return super().wait(gen, interval, WAITS if timeout is None else timeout)
        except psycopg.errors._WaitTimeout:
            raise psycopg.OperationalError(f"no answer within {WAITS:g} seconds") from None
