"""Reports of earlier runs, read back from where they were written."""

from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson
from rulebound.contract_tests.runs.faults import RunFault

MOST_SHOWN = 80


def report_file(path: Path) -> Path:
    """The report.json that a path stands for, which may also be the folder it lies in."""
    return path / "report.json" if path.is_dir() else path


def read_report(path: Path) -> dict[str, Any]:
    """The report.json at `path`, which may also be the folder it lies in.

    Raises RunFault for what cannot be read or is no report of `rulebound verify`.
    """
    file = report_file(path)
    try:
        data = orjson.loads(file.read_bytes())
    except OSError as error:
        raise RunFault(f"{file} cannot be read: {error.strerror or error}") from None
    except orjson.JSONDecodeError as error:
        raise RunFault(f"{file} is no JSON: {error}") from None
    if wrong := fault_of(data):
        raise RunFault(
            f"{file} is no report of this version of `rulebound verify --report`: {wrong}"
        )
    found: dict[str, Any] = data
    return found


def fault_of(data: Any) -> str | None:
    """Where a value is not as report.schema.json has reports, and how; None for a report."""
    error = next(_schema().iter_errors(data), None)
    if error is None:
        return None
    at = "".join(f"/{part}" for part in error.instance_path)
    says = error.message
    if len(says) > 2 * MOST_SHOWN:
        says = f"{says[:MOST_SHOWN]} .. {says[-MOST_SHOWN:]}"
    return f"{at or 'the report itself'}: {says}"


@cache
def _schema() -> jsonschema_rs.Draft202012Validator:
    text = resources.files("rulebound.contract_tests.reports").joinpath("report.schema.json")
    schema = orjson.loads(text.read_bytes())
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
