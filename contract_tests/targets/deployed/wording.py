"""Texts of a world that are called otherwise on a deployment, by the records its profile binds."""

from collections.abc import Callable, Mapping
from typing import Any

from rulebound.contract_tests.targets.target import NotReached
from rulebound.fixtures.profiles import Profile
from rulebound.fixtures.seeds import Seed

Reader = Callable[[str, str, Any], Any]
"""Gives the value of a record's field as it is: record name, field, what the profile has."""


def bound_texts(profile: Profile, seed: Seed, read: Reader) -> Mapping[str, Any]:
    """Text of the seed -> text of the deployment.

    Left out are ids, as a number may well mean something else and witnesses name their records,
    and texts that stand for different things: a text must always mean the same.
    """
    meant: dict[str, set[str]] = {}
    for name, bound in profile.world(seed.name).records.items():
        known = seed.names.get(name, {})
        for key, value in bound.fields.items():
            text = known.get(key)
            if key != "id" and isinstance(text, str) and text:
                meant.setdefault(text, set()).add(str(_value(read, name, key, value) or text))
    return {
        text: next(iter(here)) for text, here in meant.items() if len(here) == 1 and here != {text}
    }


def _value(read: Reader, name: str, key: str, value: Any) -> Any:
    try:
        return read(name, key, value)
    except NotReached:
        return None
