"""The compose file: well formed, as narrow as the stub allows, and at one with the image."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest
import yaml
from hulls.dockerfile import HOUSE, VENV, environment, of, stages


@pytest.fixture(scope="module")
def stub() -> dict[str, Any]:
    """The one service."""
    services = yaml.safe_load((HOUSE / "compose.yaml").read_text("utf-8"))["services"]
    assert list(services) == ["stub"]
    found: dict[str, Any] = services["stub"]
    return found


def test_it_is_a_compose_file() -> None:
    """The published schema of compose files finds nothing."""
    command = [VENV / "check-jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run(
        [*command, HOUSE / "compose.yaml"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_the_container_may_do_nothing_but_serve(stub: dict[str, Any]) -> None:
    """No right, no root, no file written, no volume, and a bound for memory and processes."""
    assert stub["read_only"] is True
    assert stub["cap_drop"] == ["ALL"]
    assert stub["security_opt"] == ["no-new-privileges:true"]
    assert stub["user"] == of(stages()[-1], "USER")[0]
    assert {"mem_limit", "pids_limit"} <= set(stub)
    assert not {"privileged", "cap_add", "volumes", "network_mode", "tmpfs"} & set(stub)


def test_only_this_machine_reaches_it(stub: dict[str, Any]) -> None:
    """The port is published on the loopback address, and is the one the image serves on."""
    (published,) = stub["ports"]
    address, _, inside = published.rsplit(":", 2)
    assert address == "127.0.0.1"
    assert [inside] == of(stages()[-1], "EXPOSE")
    assert inside == environment(stages()[-1])["RULEBOUND_SERVE_PORT"]


def test_the_token_is_the_users_own(stub: dict[str, Any]) -> None:
    """The file holds no token; who gives none gets a control plane that stays shut."""
    assert stub["environment"] == {"RULEBOUND_TOKEN": "${RULEBOUND_TOKEN:-}"}
