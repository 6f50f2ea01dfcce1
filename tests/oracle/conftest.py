"""The two sides, made once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from oracle.calling import Told
from oracle.compared import Compared
from oracle.known import Known, known_requests
from oracle.sides import Plain, Stubbed
from rulebound.contract_tests.apis import Apis


@pytest.fixture(scope="session")
def known(apis: Apis) -> dict[str, Known]:
    """Operation id -> its known requests."""
    return known_requests(apis)


@pytest.fixture(scope="session")
def stub() -> Iterator[Stubbed]:
    """The stub of all that is shipped."""
    made = Stubbed()
    yield made
    made.close()


@pytest.fixture(scope="session")
def good(known: Mapping[str, Known], stub: Stubbed) -> dict[str, Told]:
    """Operation id -> the answer to its first valid request."""
    answers = {id: stub.told(each.valid[0]) for id, each in known.items()}
    assert all(200 <= answer.status < 300 for answer in answers.values())
    return answers


@pytest.fixture(scope="session")
def plain(apis: Apis, good: Mapping[str, Told]) -> Iterator[Plain]:
    """Plain Connexion on the same documents."""
    made = Plain(apis, good)
    yield made
    made.close()


@pytest.fixture
def compared(apis: Apis, plain: Plain, stub: Stubbed) -> Compared:
    """Both, with nothing counted yet."""
    return Compared(apis, plain, stub)
