"""A refusal for each rule that can refuse, brought about on a running stub, and the change that is
proposed for it, carried out and sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from time import perf_counter
from urllib.parse import quote

from rulebound.contract_tests.apis import Place, load_apis, shipped
from rulebound.contract_tests.cases.model import Case, Unset
from rulebound.contract_tests.judging.bench import Bench, Subject, Unchecked
from rulebound.contract_tests.judging.conduct import valid_beside
from rulebound.contract_tests.judging.exchange import Exchanges
from rulebound.contract_tests.planning import PlannedRule, Selection, plan
from rulebound.contract_tests.targets.base_world import BaseWorld
from rulebound.contract_tests.targets.scenes import ForkScene
from rulebound.contract_tests.targets.stub import Stub as Target
from rulebound.mock_server.explaining.smallest import Advisor, Asked, Change
from rulebound.mock_server.stub import Stub
from stub_calls import Running


@dataclass(frozen=True)
class Advised:
    """A break of a rule, the change proposed for it, and how the changed request went.

    `by_request` tells whether a change of the request can do it: the valid request of the witness
    beside the break has the same caller and stands in the same world.
    """

    case: str
    refused: bool
    by_request: bool
    change: Change
    status: int
    seconds: float

    @property
    def passes(self) -> bool:
        """Whether what was proposed came true."""
        return self.change.kind != "none" and 200 <= self.status < 300

    @property
    def right(self) -> bool:
        """Whether the proposal is as good as can be expected."""
        wanted = ("request",) if self.by_request else ("request", "actor", "world")
        return self.refused and self.passes and self.change.kind in wanted


def advised(
    running: Running,
    places: Iterable[Place] | None = None,
    rules: tuple[str, ...] = (),
    *,
    every: bool = False,
) -> Iterator[Advised]:
    """One for each rule of the APIs that can refuse and has a break; with `every` one a break."""
    apis = load_apis(shipped() if places is None else places)
    target = Target(f"http://{running.caller.host}:{running.caller.port}")
    bench = Bench(apis, target, Unchecked())
    stub = running.stub
    advisor = Advisor(stub.app, stub.apis, stub.worlds)
    try:
        for planned in plan(apis, Selection(rules=rules)):
            if planned.rule.kind == "reject" and planned.subject is not None:
                breaks = [case for case in planned.cases if case.role == "break"]
                for case in breaks if every else breaks[:1]:
                    yield _of_break(running, advisor, bench, planned, case)
    finally:
        target.close()


def _of_break(
    running: Running, advisor: Advisor, bench: Bench, planned: PlannedRule, case: Case
) -> Advised:
    subject, target = planned.subject, bench.target
    assert subject is not None
    assert isinstance(target, Target)
    asked, world, rule = _refusal(running.stub, target.base, bench, subject, case)
    began = perf_counter()
    change = advisor.change(asked, world)
    seconds = perf_counter() - began
    status = _carried_out(running, target, planned.api.seed.name, world, change)
    target.control.drop_world(world)
    same = _same_world(subject, case)
    return Advised(case.id, rule == planned.rule.id, same, change, status, seconds)


def _refusal(
    stub: Stub, base: BaseWorld, bench: Bench, subject: Subject, case: Case
) -> tuple[Asked, str, str | None]:
    """Bring the break about in a world of its own: the request as the journal has it, the world,
    and the rule that refused."""
    wish = {subject.api.seed.name: case.settings} if case.settings else None
    world = base.control.new_world(origin=base.id, settings=wish)
    scene = ForkScene(world, base._lines, base.control)
    exchanges = Exchanges(bench, subject, case, scene)
    for number, given in enumerate(case.given, 1):
        exchanges.accepted(f"given {number}", given)
    if case.sending.advance:
        scene.advance(case.sending.advance)
    request = bench.builder(subject, case, scene, exchanges.made).build(case.sending).request
    for _ in range(case.sending.repeat):
        scene.send(request)
    journal = stub.worlds.get(world).journal
    entry = journal.last(1)[0]
    depth = journal.depth(entry.number)
    assert depth is not None
    path = depth.root + entry.path
    return Asked(entry.method, path, entry.query, depth.headers, depth.body), world, entry.rule


def _same_world(subject: Subject, case: Case) -> bool:
    twin = valid_beside(subject, case)

    def caller(each: Case) -> str | None:
        sending = each.sending
        if isinstance(sending.actor, Unset):
            return subject.file.baseline(sending.on).actor
        return sending.actor

    stands = (caller(case), dict(case.settings), case.given, case.sending.repeat)
    return stands == (caller(twin), dict(twin.settings), twin.given, twin.sending.repeat)


def _carried_out(running: Running, target: Target, seed: str, world: str, change: Change) -> int:
    """Do what a change says, through the control plane and over the wire; the answer's status."""
    if change.request is None:
        return 0
    if change.kind == "world":
        for edit in change.edits:
            part, name = edit.place.split(".", 1)
            if part == "clock":
                target.control.advance(world, edit.after)
            else:
                patched = running.caller.control(
                    "PATCH", f"/worlds/{world}/{seed}/settings", {name: edit.after}
                )
                assert patched.status == 200, patched
    return sent(running, change.request)


def sent(running: Running, asked: Asked) -> int:
    """The status of a request sent over the wire as it stands."""
    connection = HTTPConnection(running.caller.host, running.caller.port, timeout=20)
    path = quote(asked.path, safe="/%:@!$&'()*+,;=~-._")
    address = f"{path}?{asked.query}" if asked.query else path
    own = ("host", "content-length", "transfer-encoding", "connection")
    try:
        connection.putrequest(asked.method, address, skip_accept_encoding=True)
        for name, value in asked.headers:
            if name not in own:
                connection.putheader(name, value.encode("latin-1", "replace"))
        if asked.body:
            connection.putheader("Content-Length", str(len(asked.body)))
        connection.endheaders(asked.body or None)
        return connection.getresponse().status
    finally:
        connection.close()
