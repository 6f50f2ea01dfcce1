"""The part of SARIF 2.1.0 that reports use, strictly: nothing else may stand in them."""

from __future__ import annotations

from typing import Any


def _object(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(required),
        "properties": {**required, **(optional or {})},
        "additionalProperties": False,
    }


def _array(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


TEXT = {"type": "string", "minLength": 1}
URI = {"type": "string", "format": "uri-reference", "pattern": r"^[^\\ ]+$"}
MESSAGE = _object({"text": TEXT})
LOCATION = _object(
    {
        "physicalLocation": _object(
            {
                "artifactLocation": _object({"uri": URI}, {"uriBaseId": TEXT}),
                "region": _object({"startLine": {"type": "integer", "minimum": 1}}),
            }
        )
    }
)
RESULT = _object(
    {
        "ruleId": TEXT,
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": {"enum": ["none", "note", "warning", "error"]},
        "message": MESSAGE,
        "locations": _array(LOCATION),
        "partialFingerprints": {"type": "object", "additionalProperties": TEXT},
    },
    {
        "suppressions": _array(
            _object({"kind": {"enum": ["inSource", "external"]}, "justification": TEXT})
        )
    },
)
RULE = _object(
    {
        "id": TEXT,
        "shortDescription": MESSAGE,
        "help": MESSAGE,
        "properties": _object({"tags": {**_array(TEXT), "uniqueItems": True}}),
    }
)
UTC = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}
RUN = _object(
    {
        "tool": _object(
            {"driver": _object({"name": TEXT, "version": TEXT, "rules": _array(RULE)})}
        ),
        "automationDetails": _object({"id": TEXT}),
        "invocations": _array(
            _object(
                {
                    "executionSuccessful": {"type": "boolean"},
                    "exitCode": {"type": "integer"},
                    "startTimeUtc": UTC,
                }
            )
        ),
        "originalUriBaseIds": {
            "type": "object",
            "additionalProperties": _object({"description": MESSAGE}),
        },
        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        "results": _array(RESULT),
    }
)
SARIF = _object({"$schema": TEXT, "version": {"const": "2.1.0"}, "runs": _array(RUN)})
