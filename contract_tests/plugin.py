"""The pytest plugin: every case of every rule as a test of its own.

    pytest --pyargs rulebound.contract_tests --target http://127.0.0.1:8400 --rule 'pick.*'

It is loaded in every pytest run, so it imports nothing heavy at its top. Its options begin with
`--rulebound-`, as other plugins have a `--report` too; in a run of this package the plain names
work as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rulebound.contract_tests.collecting import Collection

PACKAGE = "rulebound.contract_tests"
PLAIN = ("--target", "--stub", "--api", "--operation", "--rule", "--seed", "--report", "--folder")
_HELP = {
    "target": "URL of a deployment to verify; default: a stub of its own",
    "api": "only this API, by the name of its folder",
    "operation": "only this operation, by its id or the short name of its rules",
    "rule": "only the rules of this id; may hold *",
    "folder": "an API folder of your own, with witnesses beside the document",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options, each under a name of its own."""
    group = parser.getgroup("rulebound", "rulebound: rules of an API's documentation")
    group.addoption("--rulebound-target", metavar="URL", help=_HELP["target"])
    group.addoption(
        "--rulebound-stub", action="store_true", help="the target is a stub with a control plane"
    )
    for name in ("api", "operation", "rule", "folder"):
        group.addoption(
            f"--rulebound-{name}", action="append", default=[], metavar="NAME", help=_HELP[name]
        )
    group.addoption(
        "--rulebound-seed", type=int, default=0, metavar="N", help="decides the drawn values"
    )
    group.addoption("--rulebound-report", metavar="FOLDER", help="write the reports there")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(args: list[str]) -> None:
    """In a run of this package the plain names stand for the long ones."""
    if not any(arg.partition("::")[0].startswith(PACKAGE) for arg in args):
        return
    for index, arg in enumerate(args):
        name, sign, value = arg.partition("=")
        if name in PLAIN:
            args[index] = f"--rulebound-{name.removeprefix('--')}{sign}{value}"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for `rulebound_case` gets every chosen case, its id the rule's."""
    if "rulebound_case" not in metafunc.fixturenames:
        return
    collection = _collection(metafunc.config)
    metafunc.parametrize(
        "rulebound_case", collection.items, ids=[item.id for item in collection.items]
    )


@pytest.fixture(scope="session")
def rulebound_collection(request: pytest.FixtureRequest) -> Iterator[Collection]:
    """The chosen cases and the target, opened at the first use and closed at the end."""
    collection = _collection(request.config)
    with collection.opened():
        yield collection


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Where the report was written."""
    collection = config.stash.get(_KEY, None)
    if collection is not None and collection.written is not None:
        terminalreporter.write_line(f"rulebound: report in {collection.written}")


_KEY: pytest.StashKey[Collection] = pytest.StashKey()


def _collection(config: pytest.Config) -> Collection:
    from rulebound.contract_tests.collecting import (  # noqa: PLC0415 - only when it is used
        CannotCollect,
        collect,
    )

    if _KEY not in config.stash:
        try:
            config.stash[_KEY] = collect(config)
        except CannotCollect as error:
            raise pytest.UsageError(str(error)) from error
    return config.stash[_KEY]
