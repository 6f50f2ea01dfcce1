"""What a `$ref` names: a file inside the folder and a place in it. Never the network."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from rulebound.openapi.pointers import split

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_INSIDE = "name a file inside the folder, relative to this one, as in 'schemas/error.yaml#/Error'"


class ReferenceFault(Exception):
    """A reference that may not be followed; `instead` says what to write."""

    def __init__(self, message: str, instead: str = _INSIDE) -> None:
        super().__init__(message)
        self.instead = instead


@dataclass(frozen=True, slots=True)
class Target:
    """A file by its name relative to the folder, and the parts of the pointer into it."""

    file: str
    parts: tuple[str, ...]


def target_of(reference: str, standing_in: str, folder: Path) -> Target:
    """What `reference`, written in the file `standing_in`, names inside `folder`.

    Raises ReferenceFault for one that is remote, absolute, leaves the folder (also by a link),
    or whose fragment is no JSON pointer.
    """
    path, _, fragment = reference.partition("#")
    if _SCHEME.match(path) or path.startswith("//"):
        raise ReferenceFault(f"reference {reference!r:.200} is remote")
    if path.startswith("/") or "\\" in path or "\0" in path:
        raise ReferenceFault(f"reference {reference!r:.200} is not a relative path")
    try:
        parts = split(unquote(fragment))
    except ValueError:
        instead = "write the place as '#/name/name'"
        raise ReferenceFault(f"fragment {fragment!r:.200} is no pointer", instead) from None
    if not path:
        return Target(standing_in, parts)
    return Target(_inside(unquote(path), reference, standing_in, folder), parts)


def _inside(path: str, reference: str, standing_in: str, folder: Path) -> str:
    names: list[str] = list(PurePosixPath(standing_in).parent.parts)
    for name in PurePosixPath(path).parts:
        if name == ".." and not names:
            raise ReferenceFault(f"reference {reference!r:.200} leaves the folder")
        if name == "..":
            names.pop()
        else:
            names.append(name)
    file = "/".join(names)
    root = folder.resolve()
    try:
        real = (root / file).resolve()
    except (OSError, ValueError):
        raise ReferenceFault(f"reference {reference!r:.200} is no path") from None
    if not real.is_relative_to(root):
        raise ReferenceFault(f"reference {reference!r:.200} leaves the folder by a link")
    return file
