"""The presence table of the witness writer against that of the document."""

from __future__ import annotations

from collections.abc import Iterator

from rulebound.contract_tests.cases.model import WitnessFile
from rulebound.openapi.findings import Finding
from rulebound.openapi.model import Operation

CELLS = ("required", "optional", "refused")


def presence(operation: Operation, file: WitnessFile) -> Iterator[Finding]:
    """A finding for every row or cell that one table has and the other has not."""
    if not operation.elements and not file.presence:
        return
    theirs = {row.path: dict(row.cells) for row in operation.elements}
    ours = {
        str(row["path"]): {kind: cell for kind, cell in row.items() if cell in CELLS}
        for row in file.presence
    }
    line = file.lines.get("/presence", 1)
    for path in sorted(theirs.keys() | ours.keys()):
        one, other = theirs.get(path, {}), ours.get(path, {})
        if one != other:
            message = f"{path}: the document says {_shown(one)}, the witnesses {_shown(other)}"
            instead = "read the page again and mend the one that is wrong"
            yield Finding(file.name, line, "/presence", message, instead)


def _shown(cells: dict[str, str]) -> str:
    return ", ".join(f"{kind} {cell}" for kind, cell in sorted(cells.items())) or "nothing"
