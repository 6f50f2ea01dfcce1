"""The pytest plugin: every case of every rule as a test of its own.

    pytest --pyargs rulebound.contract_tests --target http://127.0.0.1:8400 --stub --rule 'pick.*'

Without `--target` a stub of its own is started. A case that is not reached fails on a stub. The run
exits as `rulebound verify` does: 1 for something broken, 2 where it cannot judge.

It is loaded in every pytest run, so it imports nothing heavy at its top. Its options begin with
`--rulebound-`, as other plugins have a `--report` too; in a run of this package the plain names
work as well.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from rulebound.contract_tests.collecting import Collection

# What tests of one's own ask for and are marked with.
pytest_plugins = tuple(
    f"rulebound.contract_tests.pytest_stub.{name}" for name in ("hooks", "fixtures")
)

PACKAGE = "rulebound.contract_tests"
CANNOT_JUDGE = 2
OWN = "_rulebound_case"
HANDED_ON = "rulebound_result"
PLAIN = (
    *("--target", "--stub", "--api", "--operation", "--rule", "--seed", "--report", "--folder"),
    *("--profile", "--shard", "--run-key"),
)
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
    group.addoption("--rulebound-profile", metavar="FILE", help="the profile of a deployment")
    group.addoption("--rulebound-shard", metavar="I/N", help="only this part of the rules, as 2/5")
    group.addoption("--rulebound-run-key", metavar="TEXT", help="what the shards of a run share")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(args: list[str]) -> None:
    """In a run of this package the plain names stand for the long ones."""
    if not any(map(_is_ours, args)):
        return
    for index, arg in enumerate(args):
        name, sign, value = arg.partition("=")
        if name in PLAIN:
            args[index] = f"--rulebound-{name.removeprefix('--')}{sign}{value}"


def pytest_sessionstart(session: pytest.Session) -> None:
    """In a run of this package, end at once with a sentence where nothing can be collected or
    nobody answers."""
    config = session.config
    if not hasattr(config, "workerinput") and any(_is_ours(arg) for arg in config.args):
        with _ended_when_impossible():
            _prepare(config)
            _collection(config).reach()


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
    with _ended_when_impossible(), collection.opened():
        yield collection


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note with a test's report what a worker found; it travels with the report."""
    collection = item.config.stash.get(_KEY, None)
    case = getattr(item, "funcargs", {}).get("rulebound_case")
    if call.when != "call" or collection is None or case is None:
        return (yield)
    report = yield
    setattr(report, OWN, case.id in collection.tried)
    result = collection.handed_on(case)
    if result is not None:
        setattr(report, HANDED_ON, result)
    return report


def pytest_configure(config: pytest.Config) -> None:
    """Where the tests are spread over workers, take what these hand on."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Gathering(config))


class _Gathering:
    """Puts together what several workers found, and has it reported as one run."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        result = getattr(report, HANDED_ON, None)
        if result is not None:
            _collection(self._config).take(result)

    def pytest_sessionfinish(self) -> None:
        collection = self._config.stash.get(_KEY, None)
        if collection is not None and self._config.pluginmanager.has_plugin("dsession"):
            collection.close()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """End as `verify` does, by what came of the cases; where another test failed, or the run was
    cut short, as pytest does."""
    config = session.config
    collection = config.stash.get(_KEY, None)
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if hasattr(config, "workerinput") or reporter is None or collection is None:
        return
    failed = (*reporter.stats.get("failed", ()), *reporter.stats.get("error", ()))
    others = [report for report in failed if not getattr(report, OWN, False)]
    ended = session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
    if not collection.tried or others or not ended:
        return
    code, why = collection.judged()
    session.exitstatus = code
    if why is not None:
        config.stash[_UNJUDGED] = why


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """What was to be known before, where the report was written, and why a run without failures is
    not green."""
    collection = config.stash.get(_KEY, None)
    for said in () if collection is None else collection.known_before:
        terminalreporter.write_line(f"rulebound: {said}")
    why = config.stash.get(_UNJUDGED, None)
    if why is not None:
        terminalreporter.write_line(f"rulebound: {why}, so this run is no proof (-rs says why)")
    if collection is not None and collection.written is not None:
        terminalreporter.write_line(f"rulebound: report in {collection.written}")


_KEY: pytest.StashKey[Collection] = pytest.StashKey()
_UNJUDGED: pytest.StashKey[str] = pytest.StashKey()


def _is_ours(argument: str) -> bool:
    return argument.partition("::")[0].startswith(PACKAGE)


def _prepare(config: pytest.Config) -> None:
    """Take away the report of an earlier run. Raises OSError where there can be none."""
    from rulebound.contract_tests.reports.delivery import writable  # noqa: PLC0415

    report = config.getoption("--rulebound-report")
    if report is not None and not config.getoption("collectonly"):
        writable(Path(report))


def _collection(config: pytest.Config) -> Collection:
    from rulebound.contract_tests.collecting import collect  # noqa: PLC0415 - only when it is used

    if _KEY not in config.stash:
        with _ended_when_impossible():
            config.stash[_KEY] = collect(config)
    return config.stash[_KEY]


@contextmanager
def _ended_when_impossible() -> Iterator[None]:
    """End the run with one sentence, not an error for each test, when nothing can be judged."""
    from rulebound.contract_tests.collecting import CannotCollect  # noqa: PLC0415
    from rulebound.contract_tests.verify import CANNOT  # noqa: PLC0415

    try:
        yield
    except (CannotCollect, *CANNOT) as error:
        pytest.exit(f"rulebound: {error}", returncode=CANNOT_JUDGE)
