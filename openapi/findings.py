"""What is wrong with a document: a finding, and the errors that carry findings.

DocumentFault
├── DocumentError   the folder cannot be loaded; carries every finding
└── JudgeError      a rule met a value it cannot judge: a defect, never a broken rule
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One defect: where it stands, what is wrong, what to write instead.

    `file` is relative to the folder, `line` counts from 1 (0 where there is no line), `pointer`
    is a JSON pointer into the bundle, or into the file when the bundle could not be made.
    """

    file: str
    line: int
    pointer: str
    message: str
    instead: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        at = f" at {self.pointer}" if self.pointer else ""
        tail = f" ({self.instead})" if self.instead else ""
        return f"{where}{at}: {self.message}{tail}"


class DocumentFault(Exception):
    """Anything wrong with a document."""


class DocumentError(DocumentFault):
    """A folder that cannot be loaded; `findings` holds all that was found, in file order."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(sorted(set(findings)))
        super().__init__("\n".join(map(str, self.findings)))


class JudgeError(DocumentFault):
    """The rule `rule` cannot be judged for `reason`."""

    def __init__(self, rule: str, reason: str) -> None:
        super().__init__(f"rule {rule} cannot be judged: {reason}")
        self.rule = rule
        self.reason = reason
