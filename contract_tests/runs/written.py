"""Reports of earlier runs, read back from where they were written."""

from pathlib import Path
from typing import Any

import orjson
from rulebound.contract_tests.judging.outcome import Verdict
from rulebound.contract_tests.runs.faults import RunFault

_VERDICTS = frozenset(verdict.value for verdict in Verdict)


def read_report(path: Path) -> dict[str, Any]:
    """The report.json at `path`, which may also be the folder it lies in.

    Raises RunFault for what cannot be read or is no report of `rulebound verify`.
    """
    file = path / "report.json" if path.is_dir() else path
    try:
        data = orjson.loads(file.read_bytes())
    except OSError as error:
        raise RunFault(f"{file} cannot be read: {error.strerror or error}") from None
    except orjson.JSONDecodeError as error:
        raise RunFault(f"{file} is no JSON: {error}") from None
    if not _is_report(data):
        raise RunFault(f"{file} is no report; give the report.json of `rulebound verify --report`")
    found: dict[str, Any] = data
    return found


def _is_report(data: Any) -> bool:
    if not isinstance(data, dict) or not isinstance(data.get("rules"), list):
        return False
    heads = {"tool", "target", "seed", "started", "seconds", "plan", "statements"}
    return heads <= data.keys() and all(
        isinstance(rule, dict)
        and isinstance(rule.get("id"), str)
        and rule.get("verdict") in _VERDICTS
        and {"api", "operation", "source", "seconds", "cases", "fault", "notes"} <= rule.keys()
        for rule in data["rules"]
    )
