"""The files of a folder, read as references name them, and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rulebound.openapi.findings import DocumentError, Finding
from rulebound.openapi.pointers import follow
from rulebound.openapi.references import ReferenceFault, Target, target_of
from rulebound.openapi.yaml_reader import YamlFile, read_file

MOST_FILES = 3_000


@dataclass(slots=True)
class Folder:
    """The files read so far by name (None for one that cannot be read), and all findings."""

    path: Path
    files: dict[str, YamlFile | None] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    _targets: dict[tuple[str, str], Target] = field(default_factory=dict)

    def file(self, name: str) -> YamlFile | None:
        """The file `name`, read once; None when it cannot be read (the findings say why)."""
        if name not in self.files:
            if len(self.files) >= MOST_FILES:
                raise DocumentError([Finding(name, 0, "", f"more than {MOST_FILES} files", "")])
            self.files[name] = None
            try:
                self.files[name] = read_file(self.path / name, name)
            except DocumentError as error:
                self.findings.extend(error.findings)
        return self.files[name]

    def words(self, name: str) -> tuple[Finding, ...]:
        read = self.files[name]
        return read.old_words if read else ()

    def named(
        self, reference: str, file: str, inner: str, pointer: str
    ) -> tuple[Target, Any] | None:
        """What a reference at `inner` of `file` names, and where; None where it may not be, or
        names nothing (the findings say why)."""
        target = self._target(reference, file, inner, pointer)
        read = self.file(target.file) if target is not None else None
        if target is None or read is None:
            return None
        try:
            return target, follow(read.value, target.parts)
        except LookupError:
            message = f"reference {reference!r:.200} names nothing in {target.file}"
            self.found(file, inner, pointer, message, "mend its fragment")
            return None

    def _target(self, reference: str, file: str, inner: str, pointer: str) -> Target | None:
        key = (reference, file)
        if key not in self._targets:
            try:
                target = target_of(reference, file, self.path)
                if not (self.path / target.file).is_file():
                    raise ReferenceFault(
                        f"reference {reference!r:.200} names no file of the folder"
                    )
                self._targets[key] = target
            except ReferenceFault as fault:
                self.found(file, inner, pointer, str(fault), fault.instead)
                return None
        return self._targets[key]

    def line(self, file: str, inner: str) -> int:
        """The line of a pointer into a file; 0 where there is none."""
        read = self.files.get(file)
        return read.lines.get(inner, 0) if read else 0

    def found(self, file: str, inner: str, pointer: str, message: str, instead: str) -> None:
        """Note a finding at `inner` of `file`."""
        self.findings.append(
            Finding(file, self.line(file, inner), pointer or inner, message, instead)
        )
