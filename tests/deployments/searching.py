"""Looks for canaries in whatever a run wrote, on its own: it decodes what was written, and knows
nothing of how the product hides."""

from __future__ import annotations

import base64
import binascii
import hashlib
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

_ODD = "\"+/&<ü%41' \\$`=;"
_RUN = re.compile(r"[A-Za-z0-9+/_-]{12,}")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)


@dataclass(frozen=True)
class Canary:
    """A secret that is found by either end; between them stand signs that are written otherwise in
    most encodings."""

    kind: str
    odd: str = _ODD

    @property
    def text(self) -> str:
        """The whole of it."""
        return f"{self.ends[0]}{self.odd}{self.ends[1]}"

    @property
    def ends(self) -> tuple[str, str]:
        """How it begins and how it ends: letters and digits that stand nowhere else."""
        digest = hashlib.sha256(self.kind.encode()).hexdigest()
        return f"Zq{digest[:12]}", f"{digest[-12:]}qZ"


def found(written: str, canaries: list[Canary]) -> list[str]:
    """The kinds of canaries that stand in a text, whole or in part, in any encoding."""
    whole = "\n".join(readings(written))
    return [canary.kind for canary in canaries if any(end in whole for end in canary.ends)]


def readings(written: str) -> Iterator[str]:
    """A text as it is and as it reads in every encoding, and one inside another."""
    plain = {written, *_undone(written)}
    twice = {each for one in plain for each in _undone(one)}
    for text in plain | twice:
        yield text
        if not text.isascii():
            yield text.encode("latin-1", "replace").decode("utf-8", "replace")
    for text in plain:
        runs = {*_RUN.findall(text), *_RUN.findall(text.replace("\n", ""))}
        coded = "\n".join(each for run in runs for each in _coded(run))
        yield coded
        yield unquote(coded)


def _undone(text: str) -> Iterator[str]:
    yield unquote(text)
    yield unquote(text.replace("+", " "))
    yield html.unescape(text)
    yield _ESCAPE.sub(_sign, text)
    yield text.replace("\n", "").replace("\r", "")


def _sign(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else match[3]


def _coded(run: str) -> Iterator[str]:
    standard = run.replace("-", "+").replace("_", "/")
    for start in range(4):
        part = standard[start:]
        try:
            data = base64.b64decode(part[: len(part) // 4 * 4])
        except binascii.Error:
            continue
        yield data.decode("utf-8", "replace")
    try:
        yield bytes.fromhex(run[: len(run) // 2 * 2]).decode("utf-8", "replace")
    except ValueError:
        return


def files_below(folder: Path) -> dict[str, str]:
    """Every file, by its name, as text."""
    return {
        str(path.relative_to(folder)): path.read_bytes().decode("utf-8", "replace")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
