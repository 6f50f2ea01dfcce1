"""The kit's APIs, read once for all runs of these tests, and one recorded tenant."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from deployments.staging import Staging, staged
from rulebound.contract_tests import verify
from rulebound.contract_tests.apis import Apis, load_apis, shipped
from rulebound.contract_tests.runs import accepting


@pytest.fixture(scope="session")
def apis() -> Apis:
    """Everything the kit ships."""
    return load_apis(shipped())


@pytest.fixture(scope="session", autouse=True)
def read_once(apis: Apis) -> Iterator[None]:
    """A run reads the documents anew, which takes longer than most runs here."""
    patch = pytest.MonkeyPatch()
    for module in (verify, accepting):
        patch.setattr(
            module, "load_apis", lambda places: apis if places == shipped() else load_apis(places)
        )
    yield
    patch.undo()


@pytest.fixture(scope="module")
def staging() -> Iterator[Staging]:
    """A sound tenant that is recorded."""
    with staged() as made:
        yield made
