"""JSON pointers (RFC 6901): writing, reading and following them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def escape(part: str | int) -> str:
    """One part of a pointer, with `~` and `/` written as the standard asks."""
    return str(part).replace("~", "~0").replace("/", "~1")


def join(base: str, *parts: str | int) -> str:
    """`base` followed by `parts`, each escaped."""
    return base + "".join(f"/{escape(part)}" for part in parts)


def split(pointer: str) -> tuple[str, ...]:
    """The parts of a pointer, unescaped; the empty pointer has none.

    Raises ValueError for a pointer that does not start with a slash.
    """
    if not pointer:
        return ()
    if not pointer.startswith("/"):
        raise ValueError(f"{pointer!r} does not start with '/'")
    return tuple(p.replace("~1", "/").replace("~0", "~") for p in pointer[1:].split("/"))


def follow(value: Any, parts: Iterable[str]) -> Any:
    """What `parts` lead to inside a JSON value. Raises LookupError where they lead nowhere."""
    for part in parts:
        if isinstance(value, dict):
            value = value[part]
        elif isinstance(value, list) and part.isascii() and part.isdigit():
            value = value[int(part)]
        else:
            raise KeyError(part)
    return value
