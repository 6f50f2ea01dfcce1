"""On the kit's own stub, as a process: an API of document, seed and witnesses, without Python."""

from __future__ import annotations

import io

import pytest
from rich.console import Console
from rulebound.contract_tests.apis import Place
from rulebound.contract_tests.planning import Selection
from rulebound.contract_tests.prove import ProveOptions, prove
from rulebound.contract_tests.targets.process import StubProcess
from rulebound.contract_tests.verify import VerifyOptions, verify

REFUSALS = (
    "note.signed-in",
    "note.title-*",
    "note.only-known",
    "note.folder-exists",
    "note.open-only",
    "read.signed-in",
    "read.exists",
    "note.keeps-title",
)


def quiet() -> tuple[io.StringIO, Console]:
    """A console whose output can be read."""
    out = io.StringIO()
    return out, Console(file=out, width=120, highlight=False)


@pytest.mark.parametrize("seed", [0, 7])
def test_an_own_api_is_served_and_verified(notes_place: Place, seed: int) -> None:
    """The stub serves the notes from their document, and every rule is kept."""
    out, console = quiet()
    assert verify(VerifyOptions(places=(notes_place,), seed=seed), console) == 0, out.getvalue()
    assert "all           13       0        0            0             2" in out.getvalue()


def test_an_own_api_is_proved(notes_place: Place) -> None:
    """Its rules are switched off and its conditions changed on stubs of their own."""
    out, console = quiet()
    options = ProveOptions(places=(notes_place,), selection=Selection(rules=REFUSALS))
    assert prove(options, console) == 0, out.getvalue()


def test_a_running_stub_is_verified(notes_place: Place) -> None:
    """A stub that runs already is verified at its URL, and stays as it was."""
    out, console = quiet()
    with StubProcess([str(notes_place.document)]) as process:
        for _ in range(2):
            options = VerifyOptions(target=process.url, stub=True, places=(notes_place,))
            assert verify(options, console) == 0, out.getvalue()
        options = VerifyOptions(target=process.url, places=(notes_place,))
        assert verify(options, console) == 0, out.getvalue()


def test_a_stub_of_other_apis_is_not_judged(
    notes_place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its 404s say nothing about rules it was never asked to serve: exit 2, and which are there."""
    with StubProcess() as process:
        options = VerifyOptions(target=process.url, stub=True, places=(notes_place,))
        assert verify(options, quiet()[1]) == 2
    said = capsys.readouterr().err
    assert "serves ece-v12, egain-v3, leadsquared-v2, and not notes" in said
