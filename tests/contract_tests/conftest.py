"""The notes API: a small document with seed and witnesses, loaded once."""

from __future__ import annotations

from pathlib import Path

import pytest
from rulebound.contract_tests.apis import Apis, Place, load_apis, own

NOTES = Path(__file__).parent / "notes"


@pytest.fixture(scope="session")
def notes_place() -> Place:
    """Where the notes API lies."""
    return own(NOTES)


@pytest.fixture(scope="session")
def notes(notes_place: Place) -> Apis:
    """The notes API, loaded."""
    return load_apis([notes_place])
