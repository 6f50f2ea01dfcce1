"""The pytest plugin: every case of every rule as a test of its own.

    pytest --pyargs rulebound.contract_tests --target http://127.0.0.1:8400 --stub --rule 'pick.*'

Without `--target` a stub of its own is started. A case that is not reached fails on a stub, and a
run in which nothing was judged exits with 2, whatever the target.

It is loaded in every pytest run, so it imports nothing heavy at its top. Its options begin with
`--rulebound-`, as other plugins have a `--report` too; in a run of this package the plain names
work as well.
"""

from __future__ import annotations

from contextlib import contextmanager
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
CAME_TO = "rulebound"
FAULT = "target fault"
JUDGED = frozenset(("kept", "broken", "differs"))
HANDED_ON = "rulebound_result"
PLAIN = (
    *("--target", "--stub", "--api", "--operation", "--rule", "--seed", "--report", "--folder"),
    *("--profile", "--shard"),
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
    """Note with a test's report what came of its case; it travels with the report."""
    collection = item.config.stash.get(_KEY, None)
    case = getattr(item, "funcargs", {}).get("rulebound_case")
    if call.when != "call" or collection is None or case is None:
        return (yield)
    item.user_properties.append((CAME_TO, collection.came_to(case)))
    report = yield
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
    """A run that judged nothing, or met a target that failed, is not green: it ends with 2."""
    config = session.config
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if hasattr(config, "workerinput") or reporter is None or session.exitstatus:
        return
    reports = [report for kind in reporter.stats.values() for report in kind]
    came_to = {
        value
        for report in reports
        for name, value in getattr(report, "user_properties", ())
        if name == CAME_TO
    }
    why = _why_not_judged(came_to)
    if why:
        config.stash[_UNJUDGED] = why
        session.exitstatus = CANNOT_JUDGE


def _why_not_judged(came_to: set[str]) -> str | None:
    """Why a run that came to this is no proof; None for one that is, or that had no cases."""
    if FAULT in came_to:
        return "the target failed to answer"
    if came_to and not came_to & JUDGED:
        return "nothing was judged"
    return None


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Where the report was written, and why a run without failures is not green."""
    why = config.stash.get(_UNJUDGED, None)
    if why is not None:
        terminalreporter.write_line(f"rulebound: {why}, so this run is no proof (-rs says why)")
    collection = config.stash.get(_KEY, None)
    if collection is not None and collection.written is not None:
        terminalreporter.write_line(f"rulebound: report in {collection.written}")


_KEY: pytest.StashKey[Collection] = pytest.StashKey()
_UNJUDGED: pytest.StashKey[str] = pytest.StashKey()


def _is_ours(argument: str) -> bool:
    return argument.partition("::")[0].startswith(PACKAGE)


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
