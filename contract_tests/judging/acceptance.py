"""Judges an answer that should be an acceptance, against what the witness expects."""

from collections.abc import Iterator
from typing import Any

from rulebound.contract_tests.cases.model import UNSET, Expect
from rulebound.contract_tests.cases.values import Resolver, plain
from rulebound.contract_tests.judging.answers import UnreadableBody, code_of, value_of
from rulebound.contract_tests.judging.match import mismatches, shown
from rulebound.contract_tests.wire.message import Answer
from rulebound.openapi.model import Document, Operation
from rulebound.openapi.pointers import follow, split


def unmet(  # noqa: PLR0913 - an answer and all that says what it should be
    expect: Expect,
    answer: Answer,
    document: Document,
    operation: Operation,
    values: Resolver,
    *,
    loose: bool = False,
) -> Iterator[str]:
    """Where an answer is not as expected, each in a few words; `loose` as `mismatches` has it."""
    if expect.status is None and not 200 <= answer.status < 300:
        yield f"the status is {answer.status}, not an acceptance"
    if expect.status is not None and answer.status != expect.status:
        yield f"the status is {answer.status}, not {expect.status}"
    if expect.code is not None:
        code = code_of(answer, document, operation)
        if code != expect.code:
            yield f"the code is {code}, not {expect.code}"
    yield from _headers(expect, answer, values)
    if expect.body is UNSET and not expect.absent:
        return
    try:
        body = value_of(answer, operation)
    except UnreadableBody as error:
        yield str(error)
        return
    if expect.body is not UNSET:
        yield from mismatches(values.resolve(expect.body), body, loose=loose)
    for pointer in expect.absent:
        if _leads_somewhere(body, pointer):
            yield f"{pointer} is there and must not be"


def _headers(expect: Expect, answer: Answer, values: Resolver) -> Iterator[str]:
    for name, written in expect.headers.items():
        found = answer.header(name)
        wanted = values.resolve(written)
        if isinstance(wanted, dict):
            for text in mismatches(wanted, found):
                yield f"header {name}: {text.removeprefix('the body ')}"
        elif plain(wanted) is None:
            if found is not None:
                yield f"header {name} is there and must not be"
        elif found != str(wanted):
            yield f"header {name} is {shown(found)}, not {shown(wanted)}"


def _leads_somewhere(body: Any, pointer: str) -> bool:
    try:
        follow(body, split(pointer))
    except LookupError:
        return False
    return True


def in_words(expect: Expect) -> str:
    """An expectation in one line."""
    parts = [str(expect.status) if expect.status else "2xx"]
    if expect.code:
        parts.append(expect.code)
    parts += [f"{name}: {_pattern(value)}" for name, value in expect.headers.items()]
    if expect.body is not UNSET:
        parts.append(f"body {shown(expect.body)}")
    if expect.absent:
        parts.append(f"without {', '.join(expect.absent)}")
    return ", ".join(parts)


def _pattern(value: Any) -> str:
    if isinstance(value, dict) and "$matches" in value:
        return f"like {value['$matches']}"
    return shown(value)
