"""Targets that answer the same to everything, or nothing at all: none may come out as keeping."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.judging.bench import Bench, Unchecked
from rulebound.contract_tests.judging.outcome import Verdict
from rulebound.contract_tests.judging.verdicts import RuleVerdict, exit_code
from rulebound.contract_tests.planning import PlannedRule
from rulebound.contract_tests.running import run_plan
from rulebound.contract_tests.targets.deployment import Deployment, plain_deployment

ANSWERS: tuple[int | None, ...] = (200, 400, 401, None)
"""The status each of them answers; None for no answer at all."""

_PATIENCE = 0.3


@dataclass(frozen=True)
class BadTargetResult:
    """How a bad target was judged; `wrong` says what was not right, empty when all was."""

    answers: str
    exit_code: int
    wrong: tuple[str, ...]


def judge_bad_target(
    apis: Apis, plan: Iterable[PlannedRule], status: int | None
) -> BadTargetResult:
    """Verify a plan against a target that always answers `status`."""
    name = "nothing" if status is None else str(status)
    with always(status) as url, closing(_deployment(url, apis, status)) as target:
        verdicts = run_plan(Bench(apis, target, Unchecked()), plan, 1)
    code = exit_code(verdicts, strict=False)
    return BadTargetResult(name, code, tuple(_wrong(verdicts, status, code)))


def _deployment(url: str, apis: Apis, status: int | None) -> Deployment:
    return plain_deployment(url, apis, _PATIENCE if status is None else 10.0)


def _wrong(verdicts: Iterable[RuleVerdict], status: int | None, code: int) -> Iterator[str]:
    if code == 0:
        yield "the exit code is 0"
    for each in verdicts:
        rule = each.planned.rule
        if each.verdict is Verdict.KEPT and not _lets_through(each, status):
            yield f"{rule.id} came out as kept"
        if status is None and each.verdict in (Verdict.BROKEN, Verdict.DIFFERS):
            yield f"{rule.id} came out as {each.verdict.value}, though nothing was answered"


def _lets_through(verdict: RuleVerdict, status: int | None) -> bool:
    """Whether the document tolerates an acceptance of what this rule refuses."""
    error = verdict.planned.rule.error
    return error is not None and any(each.status == status for each in error.tolerates)


@contextmanager
def always(status: int | None) -> Iterator[str]:
    """The URL of a server on loopback that answers every request with `status`, or never."""
    loop = asyncio.new_event_loop()
    started: threading.Event = threading.Event()
    ports: list[int] = []
    stop = asyncio.Event()

    async def serve() -> None:
        server = await asyncio.start_server(_answering(status), "127.0.0.1", 0)
        ports.append(server.sockets[0].getsockname()[1])
        started.set()
        await stop.wait()
        server.close()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    started.wait(10)
    try:
        yield f"http://127.0.0.1:{ports[0]}"
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(5)
        _end(loop)


def _end(loop: asyncio.AbstractEventLoop) -> None:
    """Cancel what still waits on a connection, so that nothing is left behind."""
    waiting = asyncio.all_tasks(loop)
    for task in waiting:
        task.cancel()

    async def ended() -> None:
        await asyncio.gather(*waiting, return_exceptions=True)

    loop.run_until_complete(ended())
    loop.close()


def _answering(
    status: int | None,
) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
    head = (
        f"HTTP/1.1 {status} Always\r\nContent-Type: application/json\r\n"
        "Content-Length: 2\r\n\r\n{}"
    ).encode()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                request = await reader.readuntil(b"\r\n\r\n")
                await reader.readexactly(_length(request))
                if status is not None:
                    writer.write(head)
                    await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    return answer


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0
