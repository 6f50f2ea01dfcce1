"""The message of an error answer in a language, its placeholders filled."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rulebound.openapi.expressions import EvaluationError
from rulebound.openapi.model import ErrorAnswer

_PLACEHOLDER = re.compile(r"\{([A-Za-z][A-Za-z0-9_]*)\}")
_LONGEST = 200


def message(answer: ErrorAnswer, language: str | None, details: Mapping[str, Any]) -> str:
    """The message for a language tag such as `fr-CA`; English where there is none in it.

    A placeholder that `details` does not know is left out.
    """
    key = (language or "en").partition("-")[0].lower()
    text = answer.message.get(key) or answer.message["en"]
    if "{" not in text:
        return text
    return _PLACEHOLDER.sub(lambda found: words(details.get(found[1])), text)


def details_of(
    answer: ErrorAnswer | None, details: Mapping[str, Any], names: Mapping[str, Any]
) -> Mapping[str, Any]:
    """The outcome's details and, over `names`, the values that the answer's message wants.

    A value that cannot be had is left out: a message never hides the refusal.
    """
    if answer is None or not answer.values:
        return details
    known = dict(details)
    for name, compiled in answer.values.items():
        try:
            known[name] = compiled(names)
        except EvaluationError:
            continue
    return known


def words(value: Any) -> str:
    """A value as text of a message: lists by commas, nothing for null, cut when very long."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        text = ",".join(words(item) for item in value)
    elif isinstance(value, datetime):
        text = value.isoformat()
    elif isinstance(value, Mapping):
        text = ""
    else:
        text = str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
