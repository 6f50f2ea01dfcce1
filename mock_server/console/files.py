"""The console's own stylesheet and scripts, served from the package under an address that changes
with their content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from flask import Blueprint, Response
from rulebound.mock_server.control.entrance import PREFIX

_MEDIA = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
_FOR_A_YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Files:
    """Every file by name, and a stamp over all of them."""

    contents: dict[str, bytes]
    stamp: str

    def address(self, name: str) -> str:
        """Where a file is served. Raises KeyError for one that is not there."""
        self.contents[name]
        return f"{PREFIX}/console/static/{self.stamp}/{name}"


@cache
def own_files() -> Files:
    """The files that come with the console."""
    folder = files("rulebound.mock_server.console").joinpath("static")
    contents = {each.name: each.read_bytes() for each in folder.iterdir()}
    whole = hashlib.sha256()
    for name in sorted(contents):
        whole.update(name.encode() + b"\0" + contents[name])
    return Files(contents, whole.hexdigest()[:16])


def add_files(views: Blueprint) -> None:
    """The addresses of the files."""

    @views.get("/console/static/<stamp>/<name>")
    def static(stamp: str, name: str) -> Response:
        known = own_files()
        if name not in known.contents:
            return Response("There is no such file.\n", 404, content_type="text/plain")
        answer = Response(known.contents[name], content_type=_MEDIA[name.rpartition(".")[2]])
        # An address of an earlier start may be asked for; it must not be kept under that name.
        answer.headers["Cache-Control"] = _FOR_A_YEAR if stamp == known.stamp else "no-store"
        return answer
