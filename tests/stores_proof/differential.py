"""The same history on several stubs at once: what each answered, without what may differ."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from stores_proof.commands import LOGIN, SEED_TIME, Command
from stores_proof.wire import Answer, Line, request

_MAY_DIFFER = ("date", "content-length")
_TOOK = re.compile(rb'"seconds":[0-9.e-]+')
_FROZEN = {"clock": {"freeze": SEED_TIME}}
_STARTS = (_FROZEN, {**_FROZEN, "off": ["pick.not-own"]}, {**_FROZEN, "from": "{0}"})
"""The worlds that a history finds: a fresh one, one with a rule switched off, a fork."""


@dataclass(frozen=True)
class Told:
    """What was asked, and status, headers and body of the answer; worlds are called by places."""

    asked: str
    status: int
    headers: tuple[tuple[str, str], ...]
    content: bytes


class Player:
    """Plays histories on one stub, in worlds of its own and in `default`.

    In: its connections, which take turns, so that every worker may have its part in a history.
    """

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = itertools.cycle(lines)
        self._worlds: list[str] = []
        self._made: dict[str, list[str]] = {}

    def play(self, commands: Sequence[Command]) -> list[Told]:
        """What is answered to a history, and then to looking at all there is. Its worlds are gone
        afterwards."""
        self._worlds, self._made = [], {"made": [], "session": []}
        told = self._reset()
        told += [self.tell(Command("POST", "/_rulebound/worlds", start)) for start in _STARTS]
        for command in commands:
            told.append(self.tell(command))
            if command.path.endswith("/worlds/default/reset"):
                told.extend(self._reset())
        for place in range(len(self._worlds)):
            for look in ("digest", "faults", "journal?form=summary"):
                told.append(self.tell(Command("GET", f"/_rulebound/worlds/{{{place}}}/{look}")))
        told.append(self.tell(Command("GET", "/_rulebound/worlds/default/digest")))
        for world in self._worlds:
            next(self._lines).ask(request("DELETE", f"/_rulebound/worlds/{world}"))
        return told

    def _reset(self) -> list[Told]:
        """The default world as at first, with a clock that stands."""
        clock = Command("PUT", "/_rulebound/worlds/default/clock", {"freeze": SEED_TIME})
        return [self.tell(Command("POST", "/_rulebound/worlds/default/reset")), self.tell(clock)]

    def tell(self, command: Command) -> Told:
        """One command and its answer. Raises TimeoutError, or OSError when nobody is there."""
        headers = {name: self._named(value) for name, value in command.headers.items()}
        body = command.body
        if body is not None:
            body = json.loads(self._named(json.dumps(body)))
        sent = request(command.method, self._named(command.path), headers, body)
        line = next(self._lines)
        answer = line.ask(sent)
        if not answer.status:
            line.reopen()
        self._keep(command.path, answer)
        return self._plain(command, answer)

    def _named(self, text: str) -> str:
        for place, world in enumerate(self._worlds):
            text = text.replace(f"{{{place}}}", world)
        for kind, all in self._made.items():
            for place, made in enumerate(all):
                text = text.replace(f"{{{kind}-{place}}}", made)
        return text.replace("{", "%7B") if text.startswith("/") else text

    def _keep(self, path: str, answer: Answer) -> None:
        if path == "/_rulebound/worlds" and answer.status == 201:
            self._worlds.append(answer.json["id"])
        elif answer.status == 201 and "location" in answer.headers:
            self._made["made"].append(answer.headers["location"].rpartition("/")[2])
        elif path.startswith(LOGIN) and "x-egain-session" in answer.headers:
            self._made["session"].append(answer.headers["x-egain-session"])

    def _plain(self, command: Command, answer: Answer) -> Told:
        content = answer.content
        if "/journal" in command.path:
            content = _TOOK.sub(b'"seconds":0', content)
        for place, world in enumerate(self._worlds):
            content = content.replace(world.encode(), b"{%d}" % place)
        headers = tuple(
            (name, self._placed(value))
            for name, value in answer.headers.items()
            if name not in _MAY_DIFFER
        )
        return Told(f"{command.method} {command.path}", answer.status, headers, content)

    def _placed(self, value: str) -> str:
        for place, world in enumerate(self._worlds):
            value = value.replace(world, f"{{{place}}}")
        return value


def differences(played: Sequence[Sequence[Told]], names: Sequence[str]) -> str:
    """Of each step that was answered in different ways: what was asked, and the answers by name.
    Empty when all are alike."""
    lines = []
    for step, answers in enumerate(zip(*played, strict=True)):
        if len(set(answers)) > 1:
            lines.append(f"step {step}")
            lines += [f"  {name}: {answer}" for name, answer in zip(names, answers, strict=True)]
    return "\n".join(lines)
