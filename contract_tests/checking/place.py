"""Everything that can be found wrong at one place without sending a request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from rulebound.contract_tests.apis import Api, Place, load_apis
from rulebound.contract_tests.cases.folder import strangers
from rulebound.contract_tests.checking.isolation import isolation
from rulebound.contract_tests.checking.presence import presence
from rulebound.contract_tests.checking.roles import roles
from rulebound.fixtures.faults import SeedError
from rulebound.fixtures.lookups import LOOKUPS
from rulebound.fixtures.seeds import Seed
from rulebound.openapi.findings import DocumentError, Finding
from rulebound.openapi.lint import Surroundings, check, lint
from rulebound.openapi.model import Operation
from rulebound.openapi.pointers import join


def check_place(place: Place) -> list[Finding]:
    """Every finding about the document, the seed and the witnesses of one API; empty when clean."""
    try:
        api = load_apis([place]).all[0]
    except DocumentError as error:
        # What keeps the document from loading is said by its own check, with more beside it.
        return sorted({*check(place.document), *error.findings})
    except SeedError as error:
        return list(error.findings)
    found = lint(api.document, _around(api))
    return sorted({*found, *_fit(api, found), *strangers(place.witnesses, api.name)})


def _around(api: Api) -> Surroundings:
    seed: Seed = api.seed
    return Surroundings(
        tables=seed.shapes,
        settings=seed.settings.defaults.keys(),
        lookups=LOOKUPS.keys(),
        witnesses={rule for file in api.files.values() for rule in file.rules},
    )


def _fit(api: Api, found: Iterable[Finding]) -> Iterator[Finding]:
    """How witnesses and document fit together; `found` is what is wrong with the document."""
    for operation in api.document.operations:
        file = api.files.get(operation.id)
        if file is None:
            continue
        yield from roles(operation, file)
        yield from presence(operation, file)
        if not any(map(_spoils(operation), found)):
            yield from isolation(api, operation, file)


def _spoils(operation: Operation) -> Callable[[Finding], bool]:
    """Whether a finding keeps the facts of an operation from being looked up."""
    start = join(operation.pointer, "x-facts")
    return lambda finding: finding.pointer.startswith(start)
