"""The documents and seeds of a stub, asked by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cached_property

import pytest
from rulebound.contract_tests.apis import Api, Apis, Place, base_path
from rulebound.contract_tests.pytest_stub.choice import chosen
from rulebound.contract_tests.pytest_stub.faults import StubFault
from rulebound.fixtures.faults import WorldFault
from rulebound.fixtures.seed_of_document import load_seed_of
from rulebound.fixtures.seeds import Seed
from rulebound.openapi.findings import DocumentFault
from rulebound.openapi.loader import load
from rulebound.openapi.model import Operation

_MOST_LISTED = 12


class Library:
    """The APIs at some places, read when first asked for. Witnesses are not read: tests of one's
    own stand in for them."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._places = tuple(places)

    @cached_property
    def apis(self) -> Apis:
        """All of them. Raises StubFault for what cannot be read."""
        try:
            return Apis(tuple(_read(place) for place in self._places))
        except (DocumentFault, WorldFault, OSError) as error:
            raise StubFault(str(error)) from error

    @cached_property
    def seeds(self) -> Mapping[str, Seed]:
        """Every seed by its name."""
        return {api.seed.name: api.seed for api in self.apis.all}

    @cached_property
    def operations(self) -> tuple[tuple[Api, Operation], ...]:
        """Every operation with its API."""
        return tuple((api, each) for api in self.apis.all for each in api.document.operations)

    @cached_property
    def rules(self) -> frozenset[str]:
        """The id of every rule."""
        return frozenset(rule.id for _, each in self.operations for rule in each.rules)

    def no_rule(self, id: str) -> str:
        """The sentence for the id of a rule that is not there."""
        return f"{unknown('rule', id, self.rules)} `rulebound rules` lists them"

    def seed_with(self, what: str, name: str, of: Mapping[str, Iterable[str]], instead: str) -> str:
        """The one seed that has `name`; `of` says what each seed has. Raises StubFault where none
        has it, and where several have; `instead` says how one of them is named."""
        found = [seed for seed, names in of.items() if name in names]
        if len(found) == 1:
            return found[0]
        if found:
            told = instead.format(seed=found[0], name=name)
            raise StubFault(f"{what} {name!r} is in the seeds {', '.join(found)}; write {told}")
        known = [each for names in of.values() for each in names]
        raise StubFault(unknown(what, name, known))


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """The sentence for a name that is not there: what is near, else what there is."""
    names = sorted(set(known))
    found = get_close_matches(name, names, 3, 0.6)
    if found:
        return f"there is no {what} {name!r}; did you mean {' or '.join(found)}?"
    more = f" and {len(names) - _MOST_LISTED} more" if len(names) > _MOST_LISTED else ""
    return f"there is no {what} {name!r}; {what}s are {', '.join(names[:_MOST_LISTED])}{more}"


_KEY: pytest.StashKey[Library] = pytest.StashKey()


def library(config: pytest.Config) -> Library:
    """The library of a run of pytest, made once. Raises StubFault."""
    if _KEY not in config.stash:
        config.stash[_KEY] = Library(chosen(config).places)
    return config.stash[_KEY]


def _read(place: Place) -> Api:
    document = load(place.document)
    return Api(document, load_seed_of(document), {}, base_path(document))
