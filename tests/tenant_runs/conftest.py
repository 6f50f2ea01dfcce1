"""The kit's APIs, a healthy tenant, and deployments with faults."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest
from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.targets.deployment import Deployment
from rulebound.fixtures.profiles import load_profile
from tenant.process import Running, running

Opened = Callable[..., AbstractContextManager[Deployment]]


@pytest.fixture(scope="module")
def healthy() -> Iterator[Running]:
    """A tenant without a fault."""
    with running() as there:
        yield there


@pytest.fixture
def deployed(apis: Apis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Opened:
    """Opens a running tenant as the deployment of its profile."""

    @contextmanager
    def opened(there: Running, *, restore: bool = True, without: str = "") -> Iterator[Deployment]:
        for name, value in there.variables.items():
            monkeypatch.setenv(name, value)
        path = there.profile(tmp_path, restore=restore)
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(f"      {without}:\n", "      x.x:\n"), encoding="utf-8")
        with closing(Deployment(load_profile(path), apis)) as target:
            yield target

    return opened
