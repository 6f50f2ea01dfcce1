"""The stub as a test sees it: addresses, and requests that are for the world of the test."""

from __future__ import annotations

from collections import deque
from typing import Any
from urllib.parse import quote

import requests
from rulebound.contract_tests.apis import Api
from rulebound.contract_tests.pytest_stub.actors import SignedIn
from rulebound.contract_tests.pytest_stub.control import WITHIN_SECONDS, direct
from rulebound.contract_tests.pytest_stub.faults import StubFault
from rulebound.contract_tests.pytest_stub.library import Library, unknown
from rulebound.contract_tests.pytest_stub.world import World
from rulebound.openapi.model import Operation

USUAL = {"Accept": "application/json", "Accept-Language": "en-US"}
"""What every client says; a test that wants it unsaid sends None for it."""
_MOST_KEPT = 10


class Stub:
    """A running stub. Its requests are those of `requests`, with the header of the test's world.

    Where something is sent to is a path of the stub, or the id of an operation. `answers` holds the
    last ones.
    """

    def __init__(self, root: str, world: World, library: Library) -> None:
        self.root = root.rstrip("/")
        self.world = world
        self._library = library
        self._session = direct()
        self._session.headers.update({**USUAL, **world.headers})
        self.answers: deque[requests.Response] = deque(maxlen=_MOST_KEPT)

    def __repr__(self) -> str:
        return f"<stub at {self.root}, world {self.world.id}>"

    def url(self, name: str | None = None, /, **path: Any) -> str:
        """Where an API (by the name of its folder) or an operation (by its id) is; without a name,
        the stub. `path` fills the parameters of an operation's path. Raises StubFault."""
        __tracebackhide__ = True
        if name is None:
            return self.root
        for api in self._library.apis.all:
            if api.name == name:
                return self.root + api.base
        pairs = self._library.operations
        found = [(api, operation) for api, operation in pairs if operation.id == name]
        if not found:
            known = [*(api.name for api in self._library.apis.all), *(each.id for _, each in pairs)]
            raise StubFault(unknown("API or operation", name, known))
        if len(found) > 1:
            apis = " and ".join(api.name for api, _ in found)
            raise StubFault(f"{name} is an operation of {apis}; write the path of one of them")
        ((api, operation),) = found
        return self.root + api.base + _filled(api, operation, path)

    def request(self, method: str, where: str, /, **how: Any) -> requests.Response:
        """Send a request; `how` is as `requests` has it, and goes on to it. An answer that takes
        longer than 30 seconds, or a stub that is gone, raises StubFault."""
        __tracebackhide__ = True
        headers = how.get("headers")
        if isinstance(headers, SignedIn) and headers.query:
            how["params"] = {**headers.query, **dict(how.get("params") or {})}
        how.setdefault("timeout", WITHIN_SECONDS)
        address = self._address(where)
        try:
            answer = self._session.request(method, address, **how)
        except (requests.ConnectionError, requests.Timeout) as error:
            raise StubFault(f"the stub did not answer {method} {address}: {error}") from error
        self.answers.append(answer)
        return answer

    @property
    def keys(self) -> frozenset[str]:
        """The headers that hold credentials, in lower case."""
        schemes = (
            scheme
            for api in self._library.apis.all
            for scheme in api.document.bundle.get("components", {})
            .get("securitySchemes", {})
            .values()
        )
        return frozenset(str(each["name"]).lower() for each in schemes if each.get("name"))

    def get(self, where: str, /, **how: Any) -> requests.Response:
        """GET."""
        __tracebackhide__ = True
        return self.request("GET", where, **how)

    def post(self, where: str, /, **how: Any) -> requests.Response:
        """POST."""
        __tracebackhide__ = True
        return self.request("POST", where, **how)

    def put(self, where: str, /, **how: Any) -> requests.Response:
        """PUT."""
        __tracebackhide__ = True
        return self.request("PUT", where, **how)

    def patch(self, where: str, /, **how: Any) -> requests.Response:
        """PATCH."""
        __tracebackhide__ = True
        return self.request("PATCH", where, **how)

    def delete(self, where: str, /, **how: Any) -> requests.Response:
        """DELETE."""
        __tracebackhide__ = True
        return self.request("DELETE", where, **how)

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def _address(self, where: str) -> str:
        __tracebackhide__ = True
        if where.startswith("/"):
            return self.root + where
        if where == self.root or where.startswith((f"{self.root}/", f"{self.root}?")):
            return where
        if "://" in where:
            raise StubFault(f"{where} is not at the stub; write a path that begins with /")
        return self.url(where)


def _filled(api: Api, operation: Operation, given: dict[str, Any]) -> str:
    """The path of an operation with its parameters."""
    __tracebackhide__ = True
    wanted = [parameter.name for parameter in operation.where("path")]
    if sorted(wanted) != sorted(given):
        told = ", ".join(f"{name}=.." for name in wanted) or "none"
        raise StubFault(f"the path of {api.name} {operation.id} has other parameters: {told}")
    path = operation.path
    for name, value in given.items():
        path = path.replace(f"{{{name}}}", quote(str(value), safe=""))
    return path
