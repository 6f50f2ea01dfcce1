"""All witness files of one API; the files that speak of one operation are taken together."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from importlib import resources
from pathlib import Path

from rulebound.contract_tests.cases.loader import load_witnesses
from rulebound.contract_tests.cases.model import Case, Look, WitnessFile
from rulebound.openapi.findings import DocumentError, Finding


def witnesses_folder() -> Path:
    """Where the kit's own witnesses lie: one folder per API."""
    return Path(str(resources.files("rulebound.contract_tests").joinpath("witnesses")))


def load_folder(folder: Path, operations: Collection[str]) -> dict[str, WitnessFile]:
    """Operation id -> what the files of a folder say about it.

    Raises DocumentError with the findings of all files: each file's own, operations that are not
    among `operations`, what is said twice, baselines that are unknown.
    """
    files: dict[str, WitnessFile] = {}
    findings: list[Finding] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            file = load_witnesses(path)
        except DocumentError as error:
            findings.extend(error.findings)
            continue
        if file.operation not in operations:
            known = ", ".join(sorted(operations))
            findings.append(
                _finding(file, "/operation", f"operation {file.operation!r} is unknown", known)
            )
        other = files.get(file.operation)
        if other is not None:
            findings += _twice(other, file)
            file = _together(other, file)
        files[file.operation] = file
    for file in files.values():
        findings += _unknown_baselines(file)
    if findings:
        raise DocumentError(findings)
    return files


def strangers(folder: Path, api: str) -> Iterator[Finding]:
    """A finding for every file of a folder that could be loaded and is about another API."""
    for path in sorted(folder.glob("*.yaml")):
        file = load_witnesses(path)
        if file.api != api:
            message = f"these are witnesses for {file.api}, and the API's folder is {api}"
            yield _finding(file, "/api", message, f"write api: {api}")


def _twice(first: WitnessFile, second: WitnessFile) -> Iterator[Finding]:
    for key, names in (
        ("baselines", first.baselines.keys() & second.baselines.keys()),
        ("rules", first.rules.keys() & second.rules.keys()),
    ):
        for name in sorted(names):
            message = f"{name!r} stands in another file of this operation too"
            yield _finding(second, f"/{key}/{name}", message, "keep one")
    if first.made and second.made:
        yield _finding(second, "/made", f"stands in {first.path.name} too", "keep one")


def _together(first: WitnessFile, second: WitnessFile) -> WitnessFile:
    # The file named like the operation's short name sorts first and holds the default baseline.
    return replace(
        first,
        made=first.made or second.made,
        baselines={**first.baselines, **second.baselines},
        presence=(*first.presence, *second.presence),
        rules={**first.rules, **second.rules},
    )


def _unknown_baselines(file: WitnessFile) -> Iterator[Finding]:
    if not file.baselines:
        yield _finding(file, "", "no file of this operation has baselines", "write baselines:")
        return
    known = ", ".join(file.baselines)
    for witness in file.rules.values():
        for case in (*witness.cases, *([witness.twin] if witness.twin else ())):
            for name in _baselines_of(case):
                if name not in file.baselines:
                    yield Finding(
                        witness.file,
                        case.line,
                        case.pointer,
                        f"baseline {name!r} is unknown",
                        f"known are {known}",
                    )


def _baselines_of(case: Case) -> Iterable[str]:
    parts = (case.sending, *case.given, *case.then)
    for part in parts:
        if not isinstance(part, Look) and part.operation is None and part.on is not None:
            yield part.on


def _finding(file: WitnessFile, pointer: str, message: str, instead: str) -> Finding:
    return Finding(file.name, file.lines.get(pointer, 1), pointer, message, instead)
