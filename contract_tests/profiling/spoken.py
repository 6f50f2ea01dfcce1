"""Texts by which requests speak of records without naming them: an address, a login, a subject."""

from collections import Counter
from collections.abc import Iterator, Mapping

from rulebound.fixtures.seeds import Seed

LIVE = ("session", "token")
"""Tables whose records are the credentials of actors: an actor that is bound supplies them."""

_NEVER = ("id", "password", "secret")
_SHORTEST, _MOST_SHARED = 3, 3


def spoken_of(seed: Seed) -> Mapping[str, tuple[str, str]]:
    """Text -> the record that is called so in the seed, and the field.

    A word that a field must have, or that many records have, tells no record.
    """
    told = list(_told(seed))
    shared = Counter((name.partition(".")[0], field, text) for name, field, text, _ in told)
    found: dict[str, tuple[str, str]] = {}
    # Where several records have a text, one that alone may have it is meant.
    for name, field, text, _ in sorted(told, key=lambda each: each[3]):
        is_common = shared[name.partition(".")[0], field, text] > _MOST_SHARED
        if text not in found and not is_common and _is_free(seed, name, field):
            found[text] = (name, field)
    return found


def _told(seed: Seed) -> Iterator[tuple[str, str, str, int]]:
    """Record, field, text, and how surely it tells the record: 0 by the first of the fields that
    no two records share."""
    keys = {id(actor.record) for actor in seed.actors.values() if actor.kind == "key"}
    for name, record in seed.names.items():
        table = name.partition(".")[0]
        if table in LIVE or id(record) in keys:
            continue
        schema = seed.tables[table]
        for field, text in record.items():
            is_told = field not in _NEVER and field not in schema.links
            if is_told and isinstance(text, str) and len(text) >= _SHORTEST:
                unique = schema.unique
                yield name, field, text, unique.index(field) if field in unique else len(unique)


def _is_free(seed: Seed, name: str, field: str) -> bool:
    """Whether the field could hold another text: no date, and no word of a list."""
    record = seed.names[name]
    schema = seed.tables[name.partition(".")[0]]
    return schema.validator.is_valid({**record, field: f"{record[field]}, otherwise"})
