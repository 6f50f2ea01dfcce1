"""The forms a rule's condition can take; exactly one stands in a rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rulebound.openapi.expressions import Compiled


@dataclass(frozen=True, slots=True)
class SchemaClaim:
    """Keywords of the operation's schemas that this rule answers for.

    `at`: readable places (`/requestBody/activity/items/id`, `/parameters/unpin`, a glob `/**`);
    `item`: one name of a `required` list.
    """

    at: tuple[str, ...]
    keywords: tuple[str, ...]
    item: str | None = None


@dataclass(frozen=True, slots=True)
class Requirement:
    """`require` holds wherever `when` does (always, without a `when`)."""

    require: Compiled
    when: Compiled | None = None


@dataclass(frozen=True, slots=True)
class ProtocolCheck:
    """A check by name, with its arguments."""

    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ElementsClaim:
    """The rows of x-elements at these paths (`*`: all that nobody else claims) with this cell."""

    at: tuple[str, ...]
    cell: str


@dataclass(frozen=True, slots=True)
class Ensure:
    """What an effect promises; judged after it."""

    ensure: Compiled


Condition = SchemaClaim | Requirement | ProtocolCheck | ElementsClaim | Ensure
