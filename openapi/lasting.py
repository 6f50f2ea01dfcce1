"""A value that stays what it is, so that what holds of it by itself need not be found twice."""

from __future__ import annotations

from typing import Any


class Lasting(dict[str, Any]):
    """A map that is never changed, nor anything in it: whoever makes one promises that.

    `kept_by` is who found all its promises about each such map kept. It is there to be compared
    by identity, and None before.
    """

    kept_by: object = None
