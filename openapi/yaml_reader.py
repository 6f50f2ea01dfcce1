"""One YAML file as plain JSON values, with the line of every entry.

libyaml's parser gives the events; the values are built here, without recursion, so that neither
depth nor aliases nor size can hurt. YAML 1.2: an unquoted `yes` is a text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from rulebound.openapi.findings import DocumentError, Finding
from rulebound.openapi.pointers import escape
from rulebound.openapi.yaml_scalars import is_old_word, plain

MOST_BYTES = 2 * 1024 * 1024
MOST_DEPTH = 100
MOST_ALIASES = 100
MOST_NODES = 200_000


@dataclass(frozen=True, slots=True)
class YamlFile:
    """A file that was read: its value, the line of each pointer in it, and what lint may say."""

    name: str
    value: Any
    lines: dict[str, int] = field(repr=False)
    old_words: tuple[Finding, ...]


@dataclass(slots=True)
class _Open:
    """A mapping or sequence still being filled."""

    pointer: str
    value: dict[str, Any] | list[Any]
    anchor: str | None
    key: str | None = None


def read_file(path: Path, name: str) -> YamlFile:
    """The YAML file at `path`; findings call it `name`.

    Raises DocumentError for a file that is missing, too large, no UTF-8, no YAML, or that says
    a key twice.
    """
    try:
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
        self._stack: list[_Open] = []
        self._anchors: dict[str, Any] = {}
        self._sizes: dict[int, tuple[int, int]] = {}
        self._lines: dict[str, int] = {}
        self._findings: list[Finding] = []
        self._words: list[Finding] = []
        self._nodes = 0
        self._aliases = 0
        self._documents = 0
        self._root: Any = None

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
        return YamlFile(self._name, self._root, self._lines, tuple(self._words))

    def _take(self, event: Any) -> None:
        line = event.start_mark.line + 1
        match event:
            case yaml.ScalarEvent():
                self._scalar(event, line)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._start(event, line)
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
        if self._wants_key():
            self._key(text, line, unquoted=event.implicit[0])
            return
        pointer = self._pointer()
        value: Any = text
        if event.tag is not None and event.tag != "!":
            self._found(line, pointer, f"tag {event.tag} is not read", "leave the tag out")
        elif event.implicit[0]:
            try:
                value = plain(text)
            except ValueError as error:
                self._found(line, pointer, f"{text[:40]} is no JSON number", str(error))
            self._note_word(text, line, pointer)
        if event.anchor:
            self._anchors[event.anchor] = value
        self._place(value, line, pointer)

    def _start(self, event: Any, line: int) -> None:
        if self._wants_key():
            raise _error(self._name, line, self._top(), "a key is a list or a map", "write a text")
        pointer = self._pointer()
        if event.tag is not None and event.tag != "!":
            self._found(line, pointer, f"tag {event.tag} is not read", "leave the tag out")
        value: dict[str, Any] | list[Any] = {}
        if isinstance(event, yaml.SequenceStartEvent):
            value = []
        self._place(value, line, pointer)
        self._stack.append(_Open(pointer, value, event.anchor))
        self._deep(len(self._stack), line)

    def _alias(self, anchor: str, line: int) -> None:
        pointer = self._pointer()
        self._aliases += 1
        if self._aliases > MOST_ALIASES:
            raise _error(self._name, line, pointer, "has too many aliases", "write them out")
        if self._wants_key() or anchor not in self._anchors:
            raise _error(self._name, line, pointer, f"alias *{anchor} is unknown here", "use $ref")
        value = self._anchors[anchor]
        nodes, height = self._size(value)
        self._count(nodes, line)
        self._deep(len(self._stack) + height, line)
        self._place(value, line, pointer)

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

    def _wants_key(self) -> bool:
        if not self._stack:
            return False
        top = self._stack[-1]
        return isinstance(top.value, dict) and top.key is None

    def _key(self, text: str, line: int, *, unquoted: bool) -> None:
        top = self._stack[-1]
        pointer = f"{top.pointer}/{escape(text)}"
        if text == "<<" and unquoted:
            self._found(line, pointer, "merge keys are not YAML 1.2", "use $ref, or write it out")
        if text in top.value:
            first = self._lines.get(pointer, 0)
            self._found(line, pointer, f"key {text!r} stands twice (line {first})", "keep one")
        if unquoted:
            self._note_word(text, line, pointer)
        top.key = text
        self._lines[pointer] = line

    def _top(self) -> str:
        return self._stack[-1].pointer if self._stack else ""

    def _pointer(self) -> str:
        if not self._stack:
            return ""
        top = self._stack[-1]
        part = escape(top.key or "") if isinstance(top.value, dict) else len(top.value)
        return f"{top.pointer}/{part}"

    def _place(self, value: Any, line: int, pointer: str) -> None:
        self._count(1, line)
        self._lines.setdefault(pointer, line)
        if not self._stack:
            self._root = value
            return
        top = self._stack[-1]
        if isinstance(top.value, dict):
            top.value[top.key or ""] = value
            top.key = None
        else:
            top.value.append(value)

    def _count(self, nodes: int, line: int) -> None:
        self._nodes += nodes
        if self._nodes > MOST_NODES:
            raise _error(self._name, line, "", f"holds more than {MOST_NODES} values", "split it")

    def _deep(self, depth: int, line: int) -> None:
        if depth > MOST_DEPTH:
            raise _error(self._name, line, "", f"is nested deeper than {MOST_DEPTH}", "flatten it")

    def _found(self, line: int, pointer: str, message: str, instead: str) -> None:
        self._findings.append(Finding(self._name, line, pointer, message, instead))

    def _note_word(self, text: str, line: int, pointer: str) -> None:
        if is_old_word(text):
            message = f"older YAML readers do not take the unquoted {text} for a text"
            if text.lstrip("+-")[:1].isdigit():
                message = f"older YAML readers take the unquoted {text} for another number"
            self._words.append(Finding(self._name, line, pointer, message, f"write '{text}'"))
