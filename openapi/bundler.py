"""A folder of YAML files as one plain value in which every `$ref` is replaced by what it names."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rulebound.openapi.findings import DocumentError, Finding
from rulebound.openapi.folder import Folder
from rulebound.openapi.locations import Locations
from rulebound.openapi.reference_walk import Place, Walk

ROOT = "openapi.yaml"


@dataclass(frozen=True, slots=True)
class Bundle:
    """The finished value, where each part was written, and the files that were read."""

    value: dict[str, Any] = field(repr=False)
    locations: Locations
    files: tuple[str, ...]
    old_words: tuple[Finding, ...]


def bundle(folder: Path) -> Bundle:
    """The bundle of the document whose root is `folder`/openapi.yaml.

    Raises DocumentError with every reference that is dangling, remote or cyclic, and with every
    file that cannot be read.
    """
    if not (folder / ROOT).is_file():
        message = f"cannot be read: there is no such file in {folder}"
        raise DocumentError([Finding(ROOT, 0, "", message, _where_instead(folder))])
    files = Folder(folder)
    root = files.file(ROOT)
    if root is None or not isinstance(root.value, dict):
        if root is not None:
            files.found(ROOT, "", "", "holds no map", "start with 'openapi: 3.1.0'")
        raise DocumentError(files.findings)
    walk = Walk(files)
    value = walk.value(root.value, Place(ROOT, "", "", names=False, data=False))
    if files.findings:
        raise DocumentError(files.findings)
    names = tuple(sorted(files.files))
    words = tuple(word for name in names for word in files.words(name))
    return Bundle(value, Locations(value, walk.origins, walk.elsewhere), names, words)


def _where_instead(folder: Path) -> str:
    """What may have been meant by a folder without a document."""
    if not folder.is_dir():
        return "name a folder that is there"
    for name in ("openapi.yml", "openapi.json", "swagger.yaml"):
        if (folder / name).is_file():
            return f"rename {name} to {ROOT}" if name.endswith("yml") else f"write {name} as {ROOT}"
    below = [str(each.parent) for each in sorted(folder.glob(f"*/{ROOT}"))]
    return f"did you mean {' or '.join(below[:3])}?" if below else "put the file there"
