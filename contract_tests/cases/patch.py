"""JSON merge patch (RFC 7386) on values that were resolved before."""

from collections.abc import Mapping
from typing import Any

from rulebound.contract_tests.cases.model import UNSET
from rulebound.contract_tests.cases.values import ABSENT, NULL, plain


def merged(base: Any, patch: Any) -> Any:
    """`base` changed by `patch`; UNSET for nothing at all.

    A map is merged key by key, anything else (a list too) replaces. null and ABSENT remove, NULL
    writes a null. Null inside a list is a null, as a list is taken literally.
    """
    if patch is UNSET:
        return base
    if patch is None or patch is ABSENT:
        return UNSET
    if not isinstance(patch, Mapping):
        return patch
    result = dict(base) if isinstance(base, Mapping) else {}
    for key, item in patch.items():
        value = merged(result.get(key, UNSET), item)
        if value is UNSET:
            result.pop(key, None)
        else:
            result[key] = value
    return result


def settled(value: Any) -> Any:
    """A merged value with its marks gone: NULL is null now. UNSET stays UNSET."""
    return UNSET if value is UNSET or value is ABSENT else plain(value)


def merged_headers(base: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """Headers merged whatever their letter case; null and ABSENT remove."""
    result = dict(base)
    for name, value in patch.items():
        for known in [key for key in result if key.lower() == name.lower()]:
            del result[known]
        if value is not None and value is not ABSENT:
            result[name] = plain(value)
    return result


def merged_query(base: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """Query parameters merged by name; null and ABSENT remove. NULL has no meaning here."""
    result = {**base, **patch}
    return {
        name: plain(value)
        for name, value in result.items()
        if value is not None and value is not ABSENT and value is not NULL
    }
