"""Hostile files: documents, seeds and profiles, each an edit of a good one."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

Made = Callable[[Path], None]


@dataclass(frozen=True, slots=True)
class Edit:
    """A file that is hostile, and the sentence that must be said of it (`says`, a pattern without
    regard to case). `text` replaces the file, or what `old` says in it, or is put behind it; `made`
    makes the file itself. `served`: lint alone, which keeps no
    document from being served."""

    name: str
    promise: str
    says: str
    text: str | bytes = ""
    old: str = ""
    whole: bool = False
    file: str = "openapi.yaml"
    served: bool = False
    made: Made | None = field(default=None, repr=False)

    def lay(self, folder: Path, port: int) -> None:
        """Edit the file in a copy of what is good. In a text `{here}` is the folder, and `{port}`
        one of loopback where somebody listens."""
        path = folder / self.file
        if self.made is not None:
            path.unlink(missing_ok=True)
            self.made(path)
            return
        if isinstance(self.text, bytes):
            path.write_bytes(self.text)
            return
        text = self.text.replace("{here}", str(folder)).replace("{port}", str(port))
        before = "" if self.whole else path.read_text(encoding="utf-8")
        assert self.old in before
        after = before.replace(self.old, text, 1) if self.old else before + text
        path.write_text(after, encoding="utf-8")


def bomb(levels: int, width: int = 10) -> str:
    """Aliases of aliases: as many values as width to the power of levels."""
    lines = ["x-a0: &a0 [lol]"]
    for level in range(1, levels):
        lines.append(f"x-a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * width)}]")
    return "\n".join(lines) + "\n"


def link_to(target: str) -> Made:
    """A symbolic link in place of the file."""
    return lambda path: path.symlink_to(target)


def pipe(path: Path) -> None:
    """A named pipe in place of the file: who reads it waits for ever."""
    os.mkfifo(path)


def folder(path: Path) -> None:
    """A folder in place of the file."""
    path.mkdir()
