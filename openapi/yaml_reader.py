"""One YAML file as plain JSON values, with the line of every entry.

libyaml's parser gives the events; the values are built here, without recursion, so that neither
depth nor aliases nor size can hurt. YAML 1.2: an unquoted `yes` is a text. Limits leave room for a
document of some thousand operations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from stat import S_ISREG
from typing import Any

import yaml
from rulebound.openapi.findings import DocumentError, Finding
from rulebound.openapi.yaml_lines import Lines, Mark
from rulebound.openapi.yaml_scalars import is_old_word, plain
from rulebound.openapi.yaml_stack import Open, here, inside

MOST_BYTES = 32 * 1024 * 1024
MOST_DEPTH = 100
MOST_ALIASES = 100
MOST_ALIASED = 100_000
MOST_NODES = 2_000_000


@dataclass(frozen=True, slots=True)
class YamlFile:
    """A file that was read: its value, the line of each pointer in it, and what lint may say.

    `marks` holds the lines by the identity of each map and list in `value`.
    """

    name: str
    value: Any
    lines: Mapping[str, int] = field(repr=False)
    old_words: tuple[Finding, ...]
    marks: Mapping[int, Mark] = field(repr=False)


def read_file(path: Path, name: str) -> YamlFile:
    """The YAML file at `path`; findings call it `name`.

    Raises DocumentError for a file that is missing, too large, no UTF-8, no YAML, or that says
    a key twice.
    """
    try:
        # A pipe or a device could be read for ever.
        if not S_ISREG(path.stat().st_mode):
            raise _error(name, 0, "", "cannot be read: it is no plain file", "put a file there")
        with path.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
    except OSError as error:
        reason = error.strerror or "unreadable"
        raise _error(name, 0, "", f"cannot be read: {reason}", "put the file there") from None
    if len(raw) > MOST_BYTES:
        raise _error(name, 0, "", f"is larger than {MOST_BYTES} bytes", "split the file")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _error(name, line, "", "is not UTF-8", "save the file as UTF-8") from None
    return read_text(text, name)


def read_text(text: str, name: str) -> YamlFile:
    """YAML text as a YamlFile. Raises DocumentError as `read_file` does."""
    return _Builder(name).build(text)


def _error(name: str, line: int, pointer: str, message: str, instead: str) -> DocumentError:
    return DocumentError([Finding(name, line, pointer, message, instead)])


class _Builder:
    def __init__(self, name: str) -> None:
        self._name = name
        self._stack: list[Open] = []
        self._anchors: dict[str, Any] = {}
        self._sizes: dict[int, tuple[int, int]] = {}
        self._marks: dict[int, Mark] = {}
        self._findings: list[Finding] = []
        self._words: list[Finding] = []
        self._nodes = 0
        self._aliases = 0
        self._aliased = 0
        self._documents = 0
        self._root: Any = None
        self._line = 0

    def build(self, text: str) -> YamlFile:
        try:
            for event in yaml.parse(text, Loader=yaml.CSafeLoader):
                self._take(event)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else 0
            problem = error.problem or "unreadable"
            instead = "check the indentation, quotes and brackets here and above"
            start = error.context_mark
            if start is not None and start.line + 1 not in (0, line):
                problem = f"{problem}, {error.context} that begins in line {start.line + 1}"
            raise _error(self._name, line, "", f"is no YAML: {problem}", instead) from None
        except yaml.YAMLError as error:
            problem = getattr(error, "reason", "unreadable")
            raise _error(self._name, 0, "", f"is no YAML: {problem}", "mend it") from None
        if self._findings:
            raise DocumentError(self._findings)
        lines = Lines(self._root, self._line, self._marks)
        return YamlFile(self._name, self._root, lines, tuple(self._words), self._marks)

    def _take(self, event: Any) -> None:
        line = event.start_mark.line + 1
        match event:
            case yaml.ScalarEvent():
                self._scalar(event, line)
            case yaml.MappingStartEvent():
                self._start(event, line, {}, {})
            case yaml.SequenceStartEvent():
                self._start(event, line, [], [])
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                done = self._stack.pop()
                if done.anchor:
                    self._anchors[done.anchor] = done.value
            case yaml.AliasEvent():
                self._alias(str(event.anchor), line)
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    raise _error(self._name, line, "", "holds a second document", "one per file")

    def _scalar(self, event: Any, line: int) -> None:
        text: str = event.value
        unquoted: bool = event.implicit[0]
        if self._stack and self._stack[-1].wants_key:
            self._key(text, line, unquoted=unquoted)
            return
        value: Any = text
        if event.tag is not None and event.tag != "!":
            self._found(line, f"tag {event.tag} is not read", "leave the tag out")
        elif unquoted:
            try:
                value = plain(text)
            except ValueError as error:
                self._found(line, f"{text[:40]} is no JSON number", str(error))
            if is_old_word(text):
                self._note_word(text, line)
        if event.anchor:
            self._anchors[event.anchor] = value
        self._place(value, line)

    def _start(self, event: Any, line: int, value: Any, entries: Any) -> None:
        stack = self._stack
        if stack and stack[-1].wants_key:
            raise _error(
                self._name, line, inside(self._stack), "a key is a list or a map", "write a text"
            )
        if event.tag is not None and event.tag != "!":
            self._found(line, f"tag {event.tag} is not read", "leave the tag out")
        part = stack[-1].next if stack else ""
        named = self._place(value, line)
        self._marks[id(value)] = Mark(named, entries)
        stack.append(Open(part, value, entries, event.anchor))
        self._deep(len(stack), line)

    def _alias(self, anchor: str, line: int) -> None:
        self._aliases += 1
        if self._aliases > MOST_ALIASES:
            raise _error(
                self._name, line, here(self._stack), "has too many aliases", "write them out"
            )
        wants_key = self._stack and self._stack[-1].wants_key
        if wants_key or anchor not in self._anchors:
            message = f"alias *{anchor} is unknown here"
            raise _error(self._name, line, here(self._stack), message, "use $ref")
        value = self._anchors[anchor]
        nodes, height = self._size(value)
        self._aliased += nodes
        if self._aliased > MOST_ALIASED:
            message = f"has aliases for more than {MOST_ALIASED} values"
            raise _error(self._name, line, here(self._stack), message, "write them out")
        self._count(nodes, line)
        self._deep(len(self._stack) + height, line)
        self._place(value, line)

    def _size(self, value: Any) -> tuple[int, int]:
        """How many nodes a value has, and how deep it is."""
        if not isinstance(value, (dict, list)):
            return 1, 0
        known = self._sizes.get(id(value))
        if known is None:
            items = value.values() if isinstance(value, dict) else value
            inner = [self._size(item) for item in items]
            nodes = 1 + sum(size for size, _ in inner)
            known = nodes, 1 + max((height for _, height in inner), default=0)
            self._sizes[id(value)] = known
        return known

    def _key(self, text: str, line: int, *, unquoted: bool) -> None:
        top = self._stack[-1]
        top.key = text
        entries: Any = top.entries
        if text == "<<" and unquoted:
            self._found(line, "merge keys are not YAML 1.2", "use $ref, or write it out")
        if text in entries:
            self._found(line, f"key {text!r} stands twice (line {entries[text]})", "keep one")
        if unquoted and is_old_word(text):
            self._note_word(text, line)
        entries[text] = line

    def _place(self, value: Any, line: int) -> int:
        """Put a value where it belongs; gives the line on which it is named."""
        self._count(1, line)
        if not self._stack:
            self._root, self._line = value, line
            return line
        top = self._stack[-1]
        around: Any = top.value
        entries: Any = top.entries
        if top.key is None:
            around.append(value)
            entries.append(line)
            return line
        around[top.key] = value
        named: int = entries[top.key]
        top.key = None
        return named

    def _count(self, nodes: int, line: int) -> None:
        self._nodes += nodes
        if self._nodes > MOST_NODES:
            raise _error(self._name, line, "", f"holds more than {MOST_NODES} values", "split it")

    def _deep(self, depth: int, line: int) -> None:
        if depth > MOST_DEPTH:
            raise _error(self._name, line, "", f"is nested deeper than {MOST_DEPTH}", "flatten it")

    def _found(self, line: int, message: str, instead: str) -> None:
        self._findings.append(Finding(self._name, line, here(self._stack), message, instead))

    def _note_word(self, text: str, line: int) -> None:
        message = f"older YAML readers do not take the unquoted {text} for a text"
        if text.lstrip("+-")[:1].isdigit():
            message = f"older YAML readers take the unquoted {text} for another number"
        self._words.append(Finding(self._name, line, here(self._stack), message, f"write '{text}'"))
