"""Any deployment, known by its URL only: no worlds, no settings, no clock, no look inside."""

import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from rulebound.contract_tests.targets.lines import Lines
from rulebound.contract_tests.targets.target import AsSeeded, Needs, NotReached, Scene
from rulebound.contract_tests.wire.line import DEADLINE, address_of
from rulebound.contract_tests.wire.message import Answer, WireRequest

_NO_CONTROL = "this target has no control plane"


class Deployment:
    """A server behind a URL; a path in the URL stands in front of every address.

    Raises BadAddress for what is no URL.
    """

    strict = False

    def __init__(self, url: str, deadline: float = DEADLINE) -> None:
        self.url = url.rstrip("/")
        self.stamp = f"{time.time_ns():x}"
        self._root = address_of(url)[0].path.rstrip("/")
        self._lines = Lines(url, deadline)

    def scene(self, needs: Needs) -> AbstractContextManager[Scene]:
        """The one state it has. Raises NotReached for a case that changes settings."""
        if needs.settings:
            names = ", ".join(needs.settings)
            raise NotReached(f"{_NO_CONTROL}: the settings {names} cannot be changed")
        return self._scene()

    @contextmanager
    def _scene(self) -> Iterator[Scene]:
        yield _LiveScene(self._lines, self._root)

    def close(self) -> None:
        """Close the connections."""
        self._lines.close()


class _LiveScene(AsSeeded):
    digest: str | None = None

    def __init__(self, lines: Lines, root: str) -> None:
        self._lines, self._root = lines, root

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)

    def send(self, request: WireRequest) -> Answer:
        return self._lines.send(replace(request, path=self._root + request.path))

    def send_guarded(self, request: WireRequest) -> tuple[Answer, bool | None]:
        return self.send(request), None

    def advance(self, seconds: float) -> None:
        raise NotReached(f"{_NO_CONTROL}: its clock cannot be advanced by {seconds:g} s")

    def records(self, seed: str, table: str, where: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        raise NotReached(f"{_NO_CONTROL}: table {table} of {seed} cannot be looked into")
