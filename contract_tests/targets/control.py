"""The control plane of a stub, call by call."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from rulebound.contract_tests.targets.lines import Lines
from rulebound.contract_tests.wire.message import Answer, TargetFault, WireRequest

ROOT = "/_rulebound"


class ControlFault(TargetFault):
    """The control plane refused a call, or there is none. `status` is None where what answered was
    no control plane."""

    def __init__(self, words: str, status: int | None = None) -> None:
        super().__init__(words)
        self.status = status


class Control:
    """Calls to `/_rulebound`. Every method raises ControlFault when the stub does not comply."""

    def __init__(self, lines: Lines, token: str | None = None) -> None:
        self._lines = lines
        self._token = token

    def new_world(
        self,
        *,
        origin: str | None = None,
        settings: Mapping[str, Mapping[str, Any]] | None = None,
        frozen: datetime | None = None,
        off: Iterable[str] = (),
    ) -> str:
        """Make a world, from the seeds or as a fork of `origin`, and give its id."""
        wish: dict[str, Any] = {}
        if origin is not None:
            wish["from"] = origin
        if settings:
            wish["settings"] = settings
        if frozen is not None:
            wish["clock"] = {"frozen": iso(frozen)}
        if off := list(off):
            wish["off"] = off
        return str(self._call("POST", "/worlds", wish)["id"])

    def drop_world(self, world: str) -> None:
        """Forget a world."""
        self._call("DELETE", f"/worlds/{world}")

    def reset(self, world: str) -> None:
        """Let a world stand again as when it was made."""
        self._call("POST", f"/worlds/{world}/reset")

    def digest(self, world: str) -> str:
        """The digest of everything in a world."""
        return str(self._call("GET", f"/worlds/{world}/digest")["digest"])

    def advance(self, world: str, seconds: float) -> None:
        """Move a world's clock on."""
        self._call("PUT", f"/worlds/{world}/clock", {"advance": seconds})

    def records(
        self, world: str, seed: str, table: str, where: Mapping[str, Any]
    ) -> list[Mapping[str, Any]]:
        """The records of a table; those values of `where` that are texts select on the stub."""
        chosen = "&".join(
            f"{quote(name)}={quote(value)}"
            for name, value in where.items()
            if isinstance(value, str) and value
        )
        found = self._call("GET", f"/worlds/{world}/{seed}/{table}", query=chosen)
        records: list[Mapping[str, Any]] = found["records"]
        return records

    def switch_off(self, world: str, rule: str) -> None:
        """Switch a rule off in a world."""
        self._call("PUT", f"/worlds/{world}/rules/{rule}", {"on": False})

    def replace(self, world: str, rule: str, when: str | None, require: str) -> None:
        """Replace the condition of a rule in a world."""
        wish = {"require": require} if when is None else {"when": when, "require": require}
        self._call("PUT", f"/worlds/{world}/rules/{rule}", wish)

    def restore(self, world: str, rule: str) -> None:
        """Make a rule of a world as it is documented."""
        self._call("DELETE", f"/worlds/{world}/rules/{rule}")

    def worlds(self) -> list[str]:
        """The ids of the worlds there are."""
        return [str(each["id"]) for each in self._call("GET", "/worlds")["worlds"]]

    def served(self) -> dict[str, set[str]]:
        """The APIs that are served: name -> ids of its operations."""
        found = self._call("GET", "/health")
        try:
            return {str(each["name"]): set(each["operations"]) for each in found["apis"]}
        except (TypeError, KeyError):
            raise ControlFault("GET /health was not answered with the APIs served") from None

    def explained(self, world: str, number: str) -> dict[str, Any]:
        """Everything about one request of a world's journal; `last` is the newest."""
        found: dict[str, Any] = self._call("GET", f"/worlds/{quote(world)}/journal/{number}")
        return found

    def smallest_change(self, world: str, number: str) -> dict[str, Any]:
        """The smallest change that would have let a request of the journal pass."""
        path = f"/worlds/{quote(world)}/journal/{number}/change"
        found: dict[str, Any] = self._call("POST", path)
        return found

    def _call(self, method: str, path: str, wish: Any = None, *, query: str = "") -> Any:
        headers = [("Accept", "application/json")]
        body = None
        if wish is not None:
            headers.append(("Content-Type", "application/json"))
            body = json.dumps(wish).encode()
        if self._token is not None:
            headers.append(("Authorization", f"Bearer {self._token}"))
        address = f"{ROOT}{path}?{query}" if query else ROOT + path
        answer = self._lines.send(WireRequest(method, address, headers=tuple(headers), body=body))
        return _read(answer, f"{method} {address}")


def _read(answer: Answer, call: str) -> Any:
    if not 200 <= answer.status < 300:
        said = answer.body[:300].decode("utf-8", "replace").strip()
        raise ControlFault(f"{call} was answered {answer.status} {said}", answer.status)
    if not answer.body:
        return None
    try:
        return answer.json()
    except ValueError as error:
        raise ControlFault(f"{call} was not answered with JSON") from error


def iso(moment: datetime) -> str:
    """A moment as the control plane takes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
