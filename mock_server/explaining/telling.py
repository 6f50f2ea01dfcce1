"""Changes in a sentence."""

from __future__ import annotations

import json
from collections.abc import Sequence

from rulebound.mock_server.explaining.asked import Asked, Change, Edit
from rulebound.mock_server.explaining.trial import Tried

_MOST_TEXT = 80
_MOST_TOLD = 3


def as_it_stands(asked: Asked, tried: Tried) -> Change:
    """For a request that passes when it is sent again."""
    says = (
        f"Sent once more as the world stands now, this request passes ({tried.status}); what was "
        "against it has gone since, or is not part of what is kept of a request."
    )
    return Change("request", says, (), tried.status, asked)


def by_request(edits: Sequence[Edit], status: int, asked: Asked) -> Change:
    """For a request that passes once it is changed."""
    return Change("request", f"Passes ({status}) {_with(edits)}.", tuple(edits), status, asked)


def by_address(asked: Asked, found: Asked, edits: Sequence[Edit], status: int) -> Change:
    """For a request that was sent to an address, or by a method, that is not there."""
    moved = [
        Edit(name, old, new)
        for name, old, new in (
            ("method", asked.method, found.method),
            ("path", asked.path, found.path),
        )
        if old != new
    ]
    return by_request((*moved, *edits), status, found)


def by_actor(
    who: tuple[str, str], edits: Sequence[Edit], others: Sequence[Edit], status: int, asked: Asked
) -> Change:
    """For a request that passes when somebody else asks: `who` is the new name and the old one,
    `edits` how that is done, `others` what has to change besides."""
    besides = f" {_with(others)}" if others else ", all else being equal"
    says = f"Passes ({status}) when {who[0]} asks instead of {who[1]}{besides}."
    return Change("actor", says, (*edits, *others), status, asked)


def by_setting(name: str, before: object, after: object, status: int, asked: Asked) -> Change:
    """For a request that passes in a world with another setting."""
    says = (
        f"No change of the request helps. It passes ({status}) as it is where the setting {name} "
        f"is {_short(after)} instead of {_short(before)}."
    )
    return Change("world", says, (Edit(f"settings.{name}", before, after),), status, asked)


def by_waiting(words: str, seconds: int, status: int, asked: Asked) -> Change:
    """For a request that passes later."""
    says = f"No change of the request helps. It passes ({status}) as it is {words} later."
    return Change("world", says, (Edit("clock.advance", 0, seconds),), status, asked)


def nothing_helps(says: str) -> Change:
    """Where nothing was found."""
    return Change("none", says)


def _with(edits: Sequence[Edit]) -> str:
    told = [_edit(each) for each in edits[:_MOST_TOLD]]
    if len(edits) > _MOST_TOLD:
        told.append(f"{len(edits) - _MOST_TOLD} more changes")
    return "with " + (" and ".join(told) if len(told) < 3 else _listed(told))


def _listed(told: Sequence[str]) -> str:
    return f"{', '.join(told[:-1])} and {told[-1]}"


def _edit(edit: Edit) -> str:
    if edit.after is None:
        return f"{edit.place} left out"
    if edit.before is None:
        return f"{edit.place} added as {_short(edit.after)}"
    if isinstance(edit.before, list) and isinstance(edit.after, list):
        return f"{len(edit.after)} items in {edit.place} instead of {len(edit.before)}"
    if isinstance(edit.before, str) and len(edit.before) > _MOST_TEXT:
        return f"{edit.place} of {len(str(edit.after))} characters instead of {len(edit.before)}"
    return f"{edit.place} {_short(edit.after)} instead of {_short(edit.before)}"


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _MOST_TEXT else f"{text[: _MOST_TEXT - 3]}..."
