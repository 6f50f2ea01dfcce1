"""Which stub the tests get: which APIs, in a process or a thread, or one that runs already."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from rulebound.contract_tests.apis import Place, own, shipped
from rulebound.contract_tests.pytest_stub.faults import StubFault


@dataclass(frozen=True)
class Choice:
    """What was chosen. `folders` are API folders of one's own, empty for the kit's APIs; `target`
    is the URL of a stub that runs already, `token` opens its control plane."""

    folders: tuple[Path, ...]
    threaded: bool
    target: str | None
    token: str | None

    @property
    def places(self) -> tuple[Place, ...]:
        """Where the APIs lie. Raises StubFault for a folder that is not there."""
        for folder in self.folders:
            if not folder.is_dir():
                said = f"there is no API folder {folder}"
                raise StubFault(f"{said}; rulebound_folders and --rulebound-folder name folders")
        return tuple(map(own, self.folders)) or shipped()


def chosen(config: pytest.Config) -> Choice:
    """What options and the ini file choose; an option wins. Raises StubFault for a target that is
    no stub."""
    folders = config.getoption("--rulebound-folder") or config.getini("rulebound_folders")
    form = config.getoption("--rulebound-stub-in") or config.getini("rulebound_stub")
    target = config.getoption("--rulebound-target")
    if target is not None and not config.getoption("--rulebound-stub"):
        told = "the fixtures need a stub with a control plane"
        raise StubFault(f"{told}; where {target} is one, add --rulebound-stub")
    token = os.environ.get("RULEBOUND_TOKEN")
    here = config.invocation_params.dir
    return Choice(tuple(here / Path(each) for each in folders), form == "thread", target, token)
