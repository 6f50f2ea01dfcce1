"""The rules of all APIs as the rule book shows them: by operation and topic, and found by words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import yaml
from rulebound.mock_server.api import Api
from rulebound.mock_server.worlds import ServedWorld, WorldRefusal
from rulebound.openapi.listing import Listed, listed, nearest
from rulebound.openapi.model import Operation, Rule

SHOWN = {
    "": "all",
    "met": "met in this world",
    "unmet": "never met in this world",
    "broken": "broken in this world",
    "off": "switched off or replaced",
}
"""What the rule book may be narrowed to: word in the address -> words on the page."""

_SAID_ELSEWHERE = frozenset(("says", "source", "reading", "because", "error", "phase"))


@dataclass(frozen=True, slots=True)
class Line:
    """A rule in the list, with its fate in one world."""

    listed: Listed
    topic: str
    met: int
    broken: int
    state: str


class Shelf:
    """Every rule, in the order of the documents, operations and files they stand in."""

    def __init__(self, apis: Sequence[Api]) -> None:
        known = listed(api.document for api in apis)
        self._rules = in_order(known)
        self._words = {each.rule.id: _words(each).casefold() for each in known}
        self._topics = {each.rule.id: topic_of(each.operation, each.rule) for each in known}
        self._by_id = {each.rule.id: each for each in known}

    def get(self, id: str) -> Listed:
        """The rule of this id. Raises WorldRefusal 404, which names those called nearly so."""
        if id not in self._by_id:
            near = [each for each in nearest(id, self._rules) if each in self._by_id]
            instead = f"did you mean {', '.join(near)}?" if near else "search the rule book"
            raise WorldRefusal(404, f"there is no rule {id!r:.80}", instead)
        return self._by_id[id]

    def topic(self, id: str) -> str:
        """The topic of a rule."""
        return self._topics[id]

    def operations(self) -> Mapping[str, tuple[Listed, int]]:
        """Operation id -> its first rule and how many there are."""
        found: dict[str, tuple[Listed, int]] = {}
        for each in self._rules:
            first, number = found.get(each.operation.id, (each, 0))
            found[each.operation.id] = (first, number + 1)
        return found

    def lines(self, served: ServedWorld, asked: Mapping[str, str]) -> list[Line]:
        """The rules that `asked` narrows the list to: by operation, by show, and by the words of q.

        Raises WorldRefusal 400.
        """
        show = asked.get("show", "")
        if show not in SHOWN:
            instead = f"there are {', '.join(filter(None, SHOWN))}"
            raise WorldRefusal(400, f"show={show!r:.40} is not known", instead)
        wanted = asked.get("q", "").casefold().split()
        operation = asked.get("operation", "")
        met, broken = served.journal.counts()
        found = []
        for each in self._rules:
            id = each.rule.id
            fits = all(word in self._words[id] for word in wanted)
            if fits and operation in ("", each.operation.id):
                counts = (met.get(id, 0), broken.get(id, 0))
                found.append(Line(each, self.topic(id), *counts, state_of(served, id)))
        return [line for line in found if _is_shown(line, show)]


def state_of(served: ServedWorld, id: str) -> str:
    """Whether a rule is on, off or replaced in a world."""
    if id in served.switches.off:
        return "off"
    return "replaced" if id in served.switches.replaced else "on"


def topic_of(operation: Operation, rule: Rule) -> str:
    """What a rule is about: the words of the file it stands in, without the operation's own."""
    stem = PurePosixPath(rule.file).stem
    short = f"{rule.id.partition('.')[0]}-"
    words = stem.removeprefix(short).replace("-", " ").replace("_", " ")
    own = words in ("openapi", operation.id) or f"{words}-" == short
    return "General" if own else words[:1].upper() + words[1:]


def condition_text(rule: Rule) -> str:
    """What a rule is judged by, as the document has it."""
    shown = {name: value for name, value in rule.raw.items() if name not in _SAID_ELSEWHERE}
    text: str = yaml.safe_dump(_plain(shown), sort_keys=False, allow_unicode=True, width=88)
    return "" if not shown else text


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)


def in_order(known: Sequence[Listed]) -> list[Listed]:
    """Rules by operation and topic: the topics as they are come to by a request, effects last."""
    operations = list(dict.fromkeys(each.operation.id for each in known))
    first: dict[tuple[str, str], int] = {}
    for each in known:
        phases = each.operation.phases
        reached = phases.index(each.rule.phase) if each.rule.phase in phases else len(phases)
        key = (each.operation.id, each.rule.file)
        first[key] = min(first.get(key, len(phases)), reached)

    def place(each: Listed) -> tuple[int, int, str, int]:
        id, file = each.operation.id, each.rule.file
        return operations.index(id), first[id, file], file, each.rule.line

    return sorted(known, key=place)


def _words(each: Listed) -> str:
    rule = each.rule
    error: Iterable[str] = ()
    if rule.error:
        error = (str(rule.error.status), rule.error.code, *rule.error.message.values())
    parts = (rule.id, rule.says, rule.reading or "", each.operation.id, *rule.source, *error)
    return " ".join(parts)


def _is_shown(line: Line, show: str) -> bool:
    match show:
        case "met":
            return line.met > 0
        case "unmet":
            return line.met == 0
        case "broken":
            return line.broken > 0
        case "off":
            return line.state != "on"
    return True
