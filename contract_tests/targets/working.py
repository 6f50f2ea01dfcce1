"""A deployment for as long as a run works on it, and what the run has left on it so far."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

from rulebound.contract_tests.targets.deployment import Deployment
from rulebound.contract_tests.targets.target import Target


@contextmanager
def at_work(deployment: Deployment) -> Iterator[Deployment]:
    """The deployment, closed at the end; whatever ends the work early stops it first."""
    with closing(deployment):
        try:
            yield deployment
        except BaseException:
            deployment.stop()
            raise


def traces_of(target: Target) -> Callable[[], Mapping[str, Any]]:
    """What tells what a run has left on a target so far; on a stub nothing stays."""
    return lambda: target.traces if isinstance(target, Deployment) else {}
