"""Choosing among things that need no description when a failing example is told."""

from collections.abc import Sequence
from typing import TypeVar

from hypothesis import strategies as st

Item = TypeVar("Item")


def one_of(data: st.DataObject, items: Sequence[Item]) -> Item:
    """One of the items; shrinks towards the first."""
    return items[data.draw(st.integers(0, len(items) - 1))]


def some_of(data: st.DataObject, items: Sequence[Item], most: int, least: int = 1) -> list[Item]:
    """Some of the items, none twice, in any order."""
    places = st.integers(0, len(items) - 1)
    chosen = st.lists(places, min_size=least, max_size=most, unique=True)
    return [items[place] for place in data.draw(chosen)]
