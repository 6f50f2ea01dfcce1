"""What the stub is started with."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from rulebound.mock_server.reception import Limits

MOST_WORKERS = 64


class SettingFault(ValueError):
    """A setting with which nothing can be served; the message says what to write instead."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How to serve: without `apis` those that come with Rulebound; port 0 takes a free one.

    `token` opens the control plane to callers beyond this machine; `origins` are web pages'
    origins allowed beside those of this machine; `allow_hosts` are names the stub is called by,
    beside those of this machine (see `hosts.Hosts`). `store` is the address of the one the worlds
    stand in, and `workers` how many processes serve them.
    """

    apis: tuple[Path, ...] = ()
    host: str = "127.0.0.1"
    port: int = 8400
    origins: tuple[str, ...] = ()
    allow_hosts: tuple[str, ...] = ()
    token: str | None = None
    watch: bool = False
    quiet: bool = False
    store: str = field(default="memory", repr=False)
    workers: int = 1
    limits: Limits = field(default_factory=Limits)
