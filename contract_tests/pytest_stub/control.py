"""Calls to the control plane of a stub."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests
from rulebound.contract_tests.pytest_stub.faults import StubFault

ROOT = "/_rulebound"
WITHIN_SECONDS = 30.0


class ControlPlane:
    """The control plane of the stub at `url`; `token` opens that of a stub on another machine."""

    def __init__(self, url: str, token: str | None = None) -> None:
        self._root = url.rstrip("/") + ROOT
        self._session = direct()
        if token:
            self._session.headers["Rulebound-Token"] = token

    def call(
        self, method: str, path: str, wish: Any = None, *, query: Mapping[str, str] | None = None
    ) -> Any:
        """What a call answers, None for nothing. Raises StubFault with the sentence of the stub."""
        __tracebackhide__ = True
        try:
            answer = self._session.request(
                method, self._root + path, json=wish, params=query, timeout=WITHIN_SECONDS
            )
        except requests.RequestException as error:
            raise StubFault(f"the stub at {self._root} does not answer: {error}") from error
        if not answer.ok:
            raise StubFault(_sentence(answer))
        try:
            return answer.json() if answer.content else None
        except ValueError as error:
            said = f"{self._root}{path} was not answered with JSON; is it a stub of rulebound?"
            raise StubFault(said) from error

    def close(self) -> None:
        """Close the connection."""
        self._session.close()


def direct() -> requests.Session:
    """A session that goes where it is told: by no proxy, and with no password of a .netrc."""
    session = requests.Session()
    session.trust_env = False
    return session


def _sentence(answer: requests.Response) -> str:
    try:
        said = answer.json()
        return f"{said['error']}; {said['instead']}"
    except (ValueError, KeyError, TypeError):
        return f"the stub answered {answer.status_code} to {answer.request.method} {answer.url}"
