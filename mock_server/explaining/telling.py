"""Changes in a sentence."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from rulebound.mock_server.explaining.asked import Asked, Change, Edit
from rulebound.mock_server.explaining.trial import Tried
from rulebound.mock_server.faults.desk import Standing

_MOST_TEXT = 80
_MOST_TOLD = 3


def as_it_stands(asked: Asked, tried: Tried) -> Change:
    """For a request that passes when it is sent again."""
    says = (
        f"Sent once more as the world stands now, this request passes ({tried.status}); what was "
        "against it has gone since, or is not part of what is kept of a request."
    )
    if asked.injected is not None:
        says = (
            f"Sent once more as the world stands now, this request passes ({tried.status}). When "
            f"it was refused, it met the {asked.injected}."
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


def beside_faults(found: Change, standing: Sequence[Standing]) -> Change:
    """A change that passes only once the faults that stand are taken off; what is left of it."""
    words = "; ".join(each.words(counted=False) for each in standing)
    first = Edit("faults", words, None)
    numbers = tuple(each.number for each in standing)
    says = f"The fault desk is in the way of this request ({words}): take that off first. "
    if found.kind == "request" and not found.edits:
        says += f"Then it passes ({found.status}) as it is."
        return replace(found, kind="world", says=says, edits=(first,), faults=numbers)
    says += f"Then: {found.says}"
    return replace(found, says=says, edits=(first, *found.edits), faults=numbers)


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
