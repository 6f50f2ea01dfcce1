"""Serving anew whenever a document or a seed changes."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
from pathlib import Path

import rulebound.fixtures
import watchfiles
from rulebound.fixtures import SeedError
from rulebound.mock_server.current import Current
from rulebound.mock_server.settings import Settings
from rulebound.mock_server.stub import Stub, build
from rulebound.openapi.findings import DocumentError


async def keep_up(settings: Settings, current: Current) -> None:
    """Watch the folders of documents and seeds until cancelled.

    A change that loads is served at once, in fresh worlds; one that does not is told, and what
    was served goes on being served.
    """
    folders = tuple(_folders(current.stub))
    async for changes in watchfiles.awatch(*folders):
        what = _named((Path(path) for _, path in changes), folders)
        try:
            newer = await asyncio.to_thread(build, settings)
            await newer.start()
        except (DocumentError, SeedError, OSError) as error:
            _tell(f"{what} changed; not served, mend it first:\n{error}")
        else:
            current.stub.events.close()
            current.stub = newer
            _tell(f"{what} changed; served anew, in fresh worlds")


def _folders(stub: Stub) -> Iterable[Path]:
    """Where documents and seeds are: a seed of one's own stands in the document's folder."""
    seeds = Path(next(iter(rulebound.fixtures.__path__))) / "seeds"
    return (*(api.document.folder for api in stub.apis), seeds)


def _named(paths: Iterable[Path], folders: Iterable[Path]) -> str:
    """The files that changed, each from its API's folder on: `notes/seed/records.yaml`."""
    roots = [folder.resolve() for folder in folders]
    names = set()
    for path in paths:
        root = next((each for each in roots if path.resolve().is_relative_to(each)), path.parent)
        names.add(str(path.resolve().relative_to(root.resolve().parent)))
    return ", ".join(sorted(names))


def _tell(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
