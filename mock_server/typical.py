"""The actor of a seed that stands for its kind."""

from __future__ import annotations

from rulebound.fixtures import Actor, Seed, Session


def typical_actor(
    seed: Seed, kind: str, *, in_session: bool = False, place: int = 0
) -> Actor | None:
    """An actor of this kind without a peculiarity; None where the seed has none of the kind.

    `place` counts from 0; where there are not as many, it is the last.
    A name of one word is one without a peculiarity: the others are called after it and theirs.
    """
    fitting = [
        actor
        for actor in seed.actors.values()
        if actor.kind == kind and isinstance(actor.credential, Session) == in_session
    ]
    plain = [actor for actor in fitting if "-" not in actor.name]
    among = plain or fitting
    return among[min(place, len(among) - 1)] if among else None
