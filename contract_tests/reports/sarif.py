"""SARIF 2.1.0: what is broken, at the lines of the documents that say it."""

import hashlib
from typing import Any
from urllib.parse import quote

import orjson
from rulebound.contract_tests.reports.annotations import in_repository
from rulebound.contract_tests.reports.findings import Found, findings

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_PACKAGE = "RULEBOUND"


def sarif(data: dict[str, Any]) -> bytes:
    """A run of SARIF: every rule, and a result for each that is broken (error) or differs
    (warning); what is accepted is suppressed."""
    rules = data["rules"]
    index = {rule["id"]: place for place, rule in enumerate(rules)}
    driver = {
        "name": data["tool"]["name"],
        "version": data["tool"]["version"],
        "rules": list(map(_rule, rules)),
    }
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"rulebound/{_target(data)}/"},
        "invocations": [
            {
                "executionSuccessful": data["exit_code"] != 2,
                "exitCode": data["exit_code"],
                "startTimeUtc": data["started"].replace("+00:00", "Z"),
            }
        ],
        "originalUriBaseIds": {
            _PACKAGE: {"description": {"text": "Where the documents of the kit lie."}}
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(data, each, index[each.rule]) for each in findings(data)],
    }
    written = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return orjson.dumps(written, option=orjson.OPT_INDENT_2) + b"\n"


def _target(data: dict[str, Any]) -> str:
    """A word for the target: results of one do not stand in for those of another."""
    target = data["target"]
    word = target.get("profile") or ("stub" if target["controlled"] else target["url"])
    return quote(word, safe="")


def _rule(rule: dict[str, Any]) -> dict[str, Any]:
    statements = f" Statements: {', '.join(rule['source'])}." if rule["source"] else ""
    reading = f" Reading: {rule['reading']}" if rule["reading"] else ""
    return {
        "id": rule["id"],
        "shortDescription": {"text": rule["says"]},
        "help": {"text": f"{rule['says']}{statements}{reading}"},
        "properties": {"tags": [rule["api"], rule["operation"], rule["kind"]]},
    }


def _result(data: dict[str, Any], found: Found, index: int) -> dict[str, Any]:
    digest = hashlib.sha256(f"{_target(data)} {found.rule}".encode()).hexdigest()
    result: dict[str, Any] = {
        "ruleId": found.rule,
        "ruleIndex": index,
        "level": "error" if found.level == "note" else found.level,
        "message": {"text": found.says},
        "locations": [] if found.file is None else [_location(found, found.file)],
        "partialFingerprints": {"rule/v1": digest},
    }
    if found.level == "note":
        result["suppressions"] = [{"kind": "external", "justification": found.says}]
    return result


def _location(found: Found, file: str) -> dict[str, Any]:
    if found.local:
        artifact = {"uri": quote(in_repository(file))}
    else:
        artifact = {"uri": quote(file), "uriBaseId": _PACKAGE}
    return {"physicalLocation": {"artifactLocation": artifact, "region": {"startLine": found.line}}}
