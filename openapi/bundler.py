"""A folder of YAML files as one plain value in which every `$ref` is replaced by what it names."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rulebound.openapi.findings import DocumentError, Finding
from rulebound.openapi.locations import Locations
from rulebound.openapi.pointers import escape, follow, join
from rulebound.openapi.positions import DATA, NAMES
from rulebound.openapi.references import ReferenceFault, Target, target_of
from rulebound.openapi.yaml_reader import YamlFile, read_file

ROOT = "openapi.yaml"
MOST_FILES = 300
MOST_VALUES = 200_000
MOST_DEPTH = 120
MOST_HOPS = 40

_UNREAD = ("$dynamicRef", "$dynamicAnchor", "$recursiveRef", "$id", "$anchor", "$schema")
_BESIDE = frozenset(
    [
        "summary",
        "description",
        "title",
        "deprecated",
        "readOnly",
        "writeOnly",
        "example",
        "examples",
        "default",
        "$comment",
        "externalDocs",
    ]
)


@dataclass(frozen=True, slots=True)
class Bundle:
    """The finished value, where each part was written, and the files that were read."""

    value: dict[str, Any] = field(repr=False)
    locations: Locations
    files: tuple[str, ...]
    old_words: tuple[Finding, ...]


def bundle(folder: Path) -> Bundle:
    """The bundle of the document whose root is `folder`/openapi.yaml.

    Raises DocumentError with every reference that is dangling, remote or cyclic, and with every
    file that cannot be read.
    """
    if not (folder / ROOT).is_file():
        message = f"cannot be read: there is no such file in {folder}"
        raise DocumentError([Finding(ROOT, 0, "", message, _where_instead(folder))])
    walk = _Walk(folder)
    root = walk.file(ROOT)
    if root is None or not isinstance(root.value, dict):
        if root is not None:
            walk.found(ROOT, "", "", "holds no map", "start with 'openapi: 3.1.0'")
        raise DocumentError(walk.findings)
    value = walk.value(root.value, _Place(ROOT, "", "", names=False, data=False))
    if walk.findings:
        raise DocumentError(walk.findings)
    files = tuple(sorted(walk.files))
    words = tuple(word for name in files for word in walk.words(name))
    return Bundle(value, Locations(walk.places), files, words)


def _where_instead(folder: Path) -> str:
    """What may have been meant by a folder without a document."""
    if not folder.is_dir():
        return "name a folder that is there"
    for name in ("openapi.yml", "openapi.json", "swagger.yaml"):
        if (folder / name).is_file():
            return f"rename {name} to {ROOT}" if name.endswith("yml") else f"write {name} as {ROOT}"
    below = [str(each.parent) for each in sorted(folder.glob(f"*/{ROOT}"))]
    return f"did you mean {' or '.join(below[:3])}?" if below else "put the file there"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the walk stands: in a file, at a pointer of it, at a pointer of the bundle."""

    file: str
    inner: str
    pointer: str
    names: bool
    data: bool
    open: tuple[Target, ...] = ()

    def down(self, key: str | int) -> _Place:
        part = escape(key)
        named = not self.names and not self.data and key in NAMES
        data = self.data or (not self.names and key in DATA)
        inner, pointer = f"{self.inner}/{part}", f"{self.pointer}/{part}"
        return _Place(self.file, inner, pointer, named, data, self.open)


class _Walk:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.files: dict[str, YamlFile | None] = {}
        self.findings: list[Finding] = []
        self.places: dict[str, tuple[str, int]] = {}
        self._targets: dict[tuple[str, str], Target] = {}

    def file(self, name: str) -> YamlFile | None:
        """The file `name`, read once; None when it cannot be read (the findings say why)."""
        if name not in self.files:
            if len(self.files) >= MOST_FILES:
                raise DocumentError([Finding(name, 0, "", f"more than {MOST_FILES} files", "")])
            self.files[name] = None
            try:
                self.files[name] = read_file(self._folder / name, name)
            except DocumentError as error:
                self.findings.extend(error.findings)
        return self.files[name]

    def words(self, name: str) -> tuple[Finding, ...]:
        read = self.files[name]
        return read.old_words if read else ()

    def value(self, value: Any, place: _Place) -> Any:
        """`value` with its references replaced."""
        self._note(place)
        if isinstance(value, dict):
            if not place.data and isinstance(value.get("$ref"), str):
                return self._reference(value, place)
            return self._map(value, place)
        if isinstance(value, list):
            if place.names and place.pointer.endswith("/x-rules"):
                return self._merged(value, place)
            return [self.value(item, place.down(i)) for i, item in enumerate(value)]
        return value

    def _map(self, value: dict[str, Any], place: _Place) -> dict[str, Any]:
        if not place.data and not place.names:
            for key in _UNREAD:
                if key in value:
                    self.found(place.file, place.inner, place.pointer, f"{key} is not read", "$ref")
        return {key: self.value(item, place.down(key)) for key, item in value.items()}

    def _reference(self, value: dict[str, Any], place: _Place) -> Any:
        target = self._target(value["$ref"], place)
        if target is None:
            return {}
        if target in place.open or len(place.open) >= MOST_HOPS:
            message = f"reference {value['$ref']!r} leads back to itself"
            self.found(place.file, place.inner, place.pointer, message, "write the depth out")
            return {}
        found = self._named(target, place, value["$ref"])
        if found is None:
            return {}
        inner = join("", *target.parts)
        opened = (*place.open, target)
        there = _Place(target.file, inner, place.pointer, place.names, place.data, opened)
        return self._beside(self.value(found[0], there), value, place)

    def _target(self, reference: str, place: _Place) -> Target | None:
        key = (reference, place.file)
        if key not in self._targets:
            try:
                target = target_of(reference, place.file, self._folder)
                if not (self._folder / target.file).is_file():
                    raise ReferenceFault(f"reference {reference!r} names no file of the folder")
                self._targets[key] = target
            except ReferenceFault as fault:
                self.found(place.file, place.inner, place.pointer, str(fault), fault.instead)
                return None
        return self._targets[key]

    def _named(self, target: Target, place: _Place, reference: str) -> tuple[Any] | None:
        file = self.file(target.file)
        if file is None:
            return None
        try:
            return (follow(file.value, target.parts),)
        except LookupError:
            message = f"reference {reference!r} names nothing in {target.file}"
            self.found(place.file, place.inner, place.pointer, message, "mend its fragment")
            return None

    def _beside(self, target: Any, value: dict[str, Any], place: _Place) -> Any:
        beside = {key: item for key, item in value.items() if key != "$ref"}
        if not beside:
            return target
        wrong = [key for key in beside if key not in _BESIDE and not key.startswith("x-")]
        if wrong or not isinstance(target, dict):
            message = f"{', '.join(wrong) or 'keys'} beside $ref"
            instead = "only annotations may stand beside $ref; use allOf"
            self.found(place.file, place.inner, place.pointer, message, instead)
            return target
        return {**target, **{key: self.value(v, place.down(key)) for key, v in beside.items()}}

    def _merged(self, maps: list[Any], place: _Place) -> dict[str, Any]:
        """A list of rule maps as one map, whose rules keep the lines they were written on."""
        merged: dict[str, Any] = {}
        for index, item in enumerate(maps):
            inner = f"{place.inner}/{index}"
            here = _Place(place.file, inner, place.pointer, True, False, place.open)
            part = self.value(item, here)
            if not isinstance(part, dict):
                self.found(here.file, here.inner, here.pointer, "is no map of rules", "id: {..}")
                continue
            for key in part.keys() & merged.keys():
                message = f"rule {key} stands twice"
                self.found(here.file, here.inner, here.pointer, message, "keep one")
            merged |= part
        return merged

    def _note(self, place: _Place) -> None:
        file = self.files[place.file]
        line = file.lines.get(place.inner, 0) if file else 0
        self.places[place.pointer] = (place.file, line)
        if len(self.places) > MOST_VALUES or place.pointer.count("/") > MOST_DEPTH:
            message = "grows too large or too deep when its references are followed"
            raise DocumentError([Finding(ROOT, 1, "", message, "use fewer references")])

    def found(self, file: str, inner: str, pointer: str, message: str, instead: str) -> None:
        """Note a finding at `inner` of `file`."""
        read = self.files.get(file)
        line = read.lines.get(inner, 0) if read else 0
        self.findings.append(Finding(file, line, pointer or inner, message, instead))
