"""A team's repository, as the examples see it."""

from __future__ import annotations

import shutil
from pathlib import Path

from hulls.dockerfile import HOUSE


def with_api(folder: Path) -> Path:
    """Put the toy into `folder/my-api`, called as in the examples; give the folder."""
    api = folder / "my-api"
    shutil.copytree(HOUSE / "tests" / "toy" / "notes", api)
    for path in api.glob("witnesses/*.yaml"):
        path.write_text(path.read_text("utf-8").replace("api: notes", "api: my-api"), "utf-8")
    return folder
