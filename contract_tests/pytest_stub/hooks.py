"""Ties tests marked with `@pytest.mark.rule("pick.at-most-75")` to the rule book.

With `--rulebound-report FOLDER` a run of one's own tests is reported as a run of the kit's cases
is: a rule is kept when all tests marked with it passed.

Loaded in every run of pytest, so it imports nothing heavy at its top.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

    from rulebound.contract_tests.pytest_stub.book import Book
    from rulebound.contract_tests.pytest_stub.stub import Stub

# ruff: noqa: PLC0415 - what is only for marked tests is imported when there are some

PACKAGE = "rulebound.contract_tests"
FORMS = ("process", "thread")
TOLD = "_rulebound_rules"
OUTPUT = "rulebound_marked"
MARKER = "rule(id, ...): the test shows these rules of an API; they count in --rulebound-report"
STUB: pytest.StashKey[Stub] = pytest.StashKey()
_BOOK: pytest.StashKey[Book] = pytest.StashKey()
_WRONG: pytest.StashKey[list[str]] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """What the fixtures are made of."""
    group = parser.getgroup("rulebound", "rulebound: rules of an API's documentation")
    said = "where the fixture `stub` runs: in a process of its own (default) or in a thread"
    group.addoption("--rulebound-stub-in", choices=FORMS, default=None, help=said)
    parser.addini("rulebound_stub", f"{said}; process or thread", default="process")
    parser.addini("rulebound_folders", "API folders of your own, for the stub", type="paths")


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known. Raises UsageError for a form of the stub that there is not,
    and for a report that cannot be written."""
    config.addinivalue_line("markers", MARKER)
    form = config.getini("rulebound_stub")
    if form not in FORMS:
        raise pytest.UsageError(f"rulebound_stub is {form!r}; write {' or '.join(FORMS)}")
    own = any(arg.startswith(PACKAGE) for arg in config.args)
    if own or not _reported(config) or hasattr(config, "workerinput"):
        return
    from rulebound.contract_tests.pytest_stub.book import Book

    folder = config.getoption("--rulebound-report")
    try:
        config.stash[_BOOK] = Book(config, Path(folder))
    except OSError as error:
        raise pytest.UsageError(f"--rulebound-report {folder}: {error}") from error
    config.pluginmanager.register(config.stash[_BOOK])


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Raises UsageError for marks that name no rule; a worker has it said where it is heard."""
    if not any(item.get_closest_marker("rule") for item in items):
        return
    from rulebound.contract_tests.pytest_stub.marks import complaints

    found = complaints(config, items)
    if not found:
        return
    output = getattr(config, "workeroutput", None)
    if output is None:
        if _BOOK in config.stash:
            config.stash[_BOOK].take({"wrong": found})
        raise pytest.UsageError("\n".join(found))
    output[OUTPUT] = {"wrong": found}
    items.clear()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Note which rules will be shown, also by tests that are then not run."""
    config = session.config
    book, output = config.stash.get(_BOOK, None), getattr(config, "workeroutput", None)
    if not _reported(config) or not session.items:
        return
    from rulebound.contract_tests.pytest_stub.marks import is_own_case, rules_of

    marked = {item.nodeid: rules for item in session.items if (rules := rules_of(item))}
    found = {"marked": marked, "own": any(map(is_own_case, session.items))}
    if output is not None:
        output[OUTPUT] = found
    elif book is not None:
        book.take(found)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note with a test's report what it says about its rules; it travels with the report."""
    report = yield
    if item.get_closest_marker("rule") and _reported(item.config):
        from rulebound.contract_tests.pytest_stub.telling import told

        setattr(report, TOLD, told(item, call, item.stash.get(STUB, None)))
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """What workers found wrong with the marks is a usage error here too."""
    if session.config.stash.get(_WRONG, None):
        session.exitstatus = pytest.ExitCode.USAGE_ERROR


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """What workers found wrong with the marks."""
    for line in config.stash.get(_WRONG, ()):
        terminalreporter.write_line(f"ERROR: {line}", red=True)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take what a worker found wrong with the marks; all of them find the same."""
    wrong = getattr(node, "workeroutput", {}).get(OUTPUT, {}).get("wrong")
    if wrong:
        node.config.stash[_WRONG] = wrong


def _reported(config: pytest.Config) -> bool:
    return bool(config.getoption("--rulebound-report")) and not config.option.collectonly
