"""The secrets that a profile itself speaks of, known before anything is sent."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from rulebound.fixtures.profiles import FromEnvironment, MissingSecret, Profile, Proof

_OPEN = ("client", "user", "username")
"""What a credential consists of besides, and is no secret."""
SECRET_FIELDS = ("password", "secret", "token")
SECRET_TABLES = ("session", "token", "key")
"""Tables in which the id of a record is what proves somebody."""


def actor_name(actor: str) -> str:
    """A name as it stands in the names that are printed in place of secrets."""
    return actor.upper().replace("-", "_").replace(".", "_")


def secrets_of(profile: Profile) -> Iterator[tuple[str, str]]:
    """Every secret of a profile that is there, with the name that is written in its place."""
    for world in profile.worlds.values():
        for actor, proof in world.actors.items():
            yield from _of_proof(actor, proof)
        for name, record in world.records.items():
            for part in (record.fields, *record.each):
                yield from _of_record(name, part)
            if record.provision is not None:
                yield from _of_record(name, record.provision.fields)


def is_secret_field(record: str, field: str) -> bool:
    """Whether a field of a named record is a secret even where the profile itself holds it."""
    table = record.partition(".")[0]
    return field in SECRET_FIELDS or (field == "id" and table in SECRET_TABLES)


def field_name(record: str, field: str) -> str:
    """The name that is printed in place of a record's field."""
    return actor_name(f"{field}_{record.partition('.')[2]}")


def _of_proof(actor: str, proof: Proof) -> Iterator[tuple[str, str]]:
    for part in fields(proof):
        value = getattr(proof, part.name)
        if part.name not in _OPEN and hasattr(value, "value"):
            try:
                yield value.value(), actor_name(f"{part.name}_{actor}")
            except MissingSecret:
                continue


def _of_record(name: str, record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for field, value in record.items():
        if isinstance(value, Mapping) and value.keys() == {"env"}:
            try:
                yield FromEnvironment(str(value["env"])).value(), field_name(name, field)
            except MissingSecret:
                continue
        elif isinstance(value, str) and is_secret_field(name, field):
            yield value, field_name(name, field)
