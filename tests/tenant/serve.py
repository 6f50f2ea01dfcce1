"""The command line: `python -m tenant --port 0 [--fault NAME ..] [--seed N]`; --help has more."""

from __future__ import annotations

import argparse
import asyncio
import json
import shlex
import socket
import sys
from collections.abc import Mapping
from typing import Any

import uvicorn

from tenant import data, profile
from tenant.app import App
from tenant.faults import collected
from tenant.state import Tenant


def tenant(
    number: int = 1,
    faults: frozenset[str] = frozenset(),
    settings: Mapping[str, Any] | None = None,
) -> Tenant:
    """A freshly stocked tenant; an unknown fault or setting is a ValueError."""
    known = collected()
    strange = faults - set(known)
    if strange:
        raise ValueError(f"no such fault: {', '.join(sorted(strange))}")
    egain, lsq = data.load("egain", number), data.load("leadsquared", number)
    names = {"egain": egain.names, "leadsquared": lsq.names}
    actors = {"egain": egain.actors, "leadsquared": lsq.actors}
    usual, own = egain.settings | lsq.settings, settings or {}
    if set(own) - set(usual):
        raise ValueError(f"no such setting: {', '.join(sorted(set(own) - set(usual)))}")
    return Tenant(egain.tables, lsq.tables, usual | own, faults=faults, names=names, actors=actors)


def main() -> None:
    """Serves until it is ended."""
    parser = argparse.ArgumentParser(prog="python -m tenant", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--fault", action="append", default=[], help="switch a fault on")
    parser.add_argument("--seed", type=int, default=1, help="another number, other ids")
    parser.add_argument("--setting", action="append", default=[], help="NAME=<a value in JSON>")
    parser.add_argument("--faults", action="store_true", help="list the faults and end")
    parser.add_argument("--profile", action="store_true", help="print the profile and end")
    parser.add_argument("--env", action="store_true", help="print its variables and end")
    options = parser.parse_args()
    if options.faults:
        for fault in collected().values():
            sys.stdout.write(f"{fault.name}  [{fault.operation}] {fault.says}\n")
        return
    told = dict(setting.split("=", 1) for setting in options.setting)
    settings = {name: json.loads(value) for name, value in told.items()}
    made = tenant(options.seed, frozenset(options.fault), settings)
    if options.profile:
        sys.stdout.write(profile.text(f"http://127.0.0.1:{options.port}", made))
        return
    if options.env:
        lines = [f"export {n}={shlex.quote(v)}\n" for n, v in profile.variables(made).items()]
        sys.stdout.write("".join(lines))
        return
    app = App(made)
    # Named so, asyncio sends small answers at once.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", options.port))
    sys.stdout.write(f"listening on http://127.0.0.1:{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    config = uvicorn.Config(app, log_level="warning", access_log=False)
    asyncio.run(uvicorn.Server(config).serve(sockets=[listener]))
