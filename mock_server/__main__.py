"""python -m rulebound.mock_server: the stub, alone, for other programs to start."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from rulebound.mock_server.parentage import PARENT, NoParent, end_with_parent
from rulebound.mock_server.serving import serve
from rulebound.mock_server.settings import MOST_WORKERS, Settings


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m rulebound.mock_server", description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, help="API folders; default: the kit's")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8400, help="0 takes a free one, at most 65535")
    parser.add_argument("--origin", action="append", default=[], help="a web page's origin")
    parser.add_argument("--allow-host", action="append", default=[], help="a name it is called by")
    parser.add_argument("--store", default="memory", help="where worlds stand: memory, or a URL")
    parser.add_argument("--workers", type=int, default=1, help="how many processes serve")
    parser.add_argument("--watch", action="store_true", help="serve anew when a file changes")
    parser.add_argument("--quiet", action="store_true", help="print the address alone")
    return parser


def main() -> int:
    """Serve as the arguments say; the exit code is that of `serve`."""
    parser = _arguments()
    asked = parser.parse_args()
    if not 0 <= asked.port <= 65535:
        parser.error(f"argument --port: {asked.port} is no port; write one from 0 to 65535")
    if not 1 <= asked.workers <= MOST_WORKERS:
        parser.error(f"argument --workers: write a number from 1 to {MOST_WORKERS}")
    try:
        end_with_parent(os.environ.get(PARENT))
    except NoParent as fault:
        parser.error(str(fault))
    return serve(
        Settings(
            apis=tuple(asked.folders),
            host=asked.host,
            port=asked.port,
            origins=tuple(asked.origin),
            allow_hosts=tuple(asked.allow_host),
            token=os.environ.get("RULEBOUND_TOKEN"),
            watch=asked.watch,
            quiet=asked.quiet,
            store=asked.store,
            workers=asked.workers,
        )
    )


if __name__ == "__main__":
    sys.exit(main())
