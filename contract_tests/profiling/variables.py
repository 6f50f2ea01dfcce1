"""The environment variables that a profile's credentials and records are read from."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from rulebound.fixtures.profiles import FromEnvironment, MissingSecret, Profile, Proof


def unset_of(proof: Proof) -> list[str]:
    """The variables of a proof that are not set."""
    texts = (getattr(proof, each.name) for each in fields(proof))
    return [text.name for text in texts if isinstance(text, FromEnvironment) and not _is_set(text)]


def unset(profile: Profile) -> dict[str, list[str]]:
    """Every variable that is not set, with the names that are read from it."""
    found: dict[str, list[str]] = {}
    for seed, world in profile.worlds.items():
        for actor, proof in world.actors.items():
            for variable in unset_of(proof):
                found.setdefault(variable, []).append(f"{seed} {actor}")
        for name, record in world.records.items():
            for variable in _variables((record.fields, *record.each)):
                if not _is_set(FromEnvironment(variable)):
                    found.setdefault(variable, []).append(f"{seed} {name}")
    return dict(sorted(found.items()))


def is_unset(value: Any) -> bool:
    """Whether a record's field stands in a variable that is not set."""
    named = isinstance(value, Mapping) and value.keys() == {"env"}
    return named and not _is_set(FromEnvironment(str(value["env"])))


def _variables(records: tuple[Mapping[str, Any], ...]) -> Iterator[str]:
    for record in records:
        for value in record.values():
            if isinstance(value, Mapping) and value.keys() == {"env"}:
                yield str(value["env"])


def _is_set(text: FromEnvironment) -> bool:
    try:
        text.value()
    except MissingSecret:
        return False
    return True
