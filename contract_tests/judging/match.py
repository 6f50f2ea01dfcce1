"""Partial match of a JSON value: maps are subsets, lists match by position and length."""

import re
from collections.abc import Mapping
from typing import Any

from rulebound.contract_tests.cases.values import ABSENT, MATCHERS, NULL

LONGEST_SHOWN = 120
_NOT_THERE: Any = object()


def mismatches(expected: Any, found: Any, at: str = "", *, loose: bool = False) -> list[str]:
    """Where `found` does not match `expected`, each in a few words; nothing when it matches.

    Inside `expected`: `{$has: [..]}` items in any order, `{$size: n}`, `{$matches: pattern}`,
    `{$any: true}`; ABSENT for a key that must not be there, NULL for null. With `loose` a list may
    hold further items, in any order.
    """
    where = at or "the body"
    if expected is ABSENT:
        return [] if found is _NOT_THERE else [f"{where} is there and must not be"]
    if found is _NOT_THERE:
        return [f"{where} is missing"]
    if isinstance(expected, Mapping):
        matcher = next((key for key in expected if key in MATCHERS), None)
        if matcher is not None:
            return _matched(matcher, expected[matcher], found, at)
        return _map(expected, found, at, loose=loose)
    if isinstance(expected, list):
        return _matched("$has", expected, found, at) if loose else _list(expected, found, at)
    wanted = None if expected is NULL else expected
    if _same(wanted, found):
        return []
    return [f"{where} is {shown(found)}, not {shown(wanted)}"]


def _map(expected: Mapping[str, Any], found: Any, at: str, *, loose: bool) -> list[str]:
    if not isinstance(found, Mapping):
        return [f"{at or 'the body'} is {shown(found)}, not a map"]
    return [
        text
        for key, item in expected.items()
        for text in mismatches(item, found.get(key, _NOT_THERE), f"{at}/{key}", loose=loose)
    ]


def _list(expected: list[Any], found: Any, at: str) -> list[str]:
    if not isinstance(found, list):
        return [f"{at or 'the body'} is {shown(found)}, not a list"]
    if len(found) != len(expected):
        return [f"{at or 'the body'} has {len(found)} items, not {len(expected)}"]
    return [
        text
        for index, item in enumerate(expected)
        for text in mismatches(item, found[index], f"{at}/{index}")
    ]


def _matched(matcher: str, argument: Any, found: Any, at: str) -> list[str]:
    where = at or "the body"
    if matcher == "$any":
        return []
    if matcher == "$matches":
        if isinstance(found, str) and re.search(argument, found):
            return []
        return [f"{where} is {shown(found)}, which does not match {argument}"]
    if not isinstance(found, list):
        return [f"{where} is {shown(found)}, not a list"]
    if matcher == "$size":
        return [] if len(found) == argument else [f"{where} has {len(found)} items, not {argument}"]
    return [
        f"{where} holds no item like {shown(item)}"
        for item in argument
        if all(mismatches(item, each) for each in found)
    ]


def _same(expected: Any, found: Any) -> bool:
    if isinstance(expected, bool) or isinstance(found, bool):
        return expected is found
    return bool(expected == found)


def shown(value: Any) -> str:
    """A value in a message, cut to a readable length."""
    text = repr(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}.."
