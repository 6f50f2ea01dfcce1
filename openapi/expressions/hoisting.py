"""Members of an item that a loop reads again and again, read once."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator

_OFTEN = 3


def read_once(variable: str, body: list[ast.stmt]) -> list[ast.stmt]:
    """The body of a loop over `variable`, which reads each member that it needs often once.

    Only members that its first statement reads whatever the values are: to read another could
    raise what the body itself never would.
    """
    nodes = [node for statement in body for node in ast.walk(statement)]
    if any(isinstance(n, ast.Name) and _stores(n, variable) for n in nodes):
        return body
    often = Counter(filter(None, (_member(node, variable) for node in nodes)))
    first = body[0]
    sure = _surely(first.value) if isinstance(first, ast.Assign) else ()
    found = dict.fromkeys(_member(node, variable) for node in sure)
    wanted = {name for name in found if name is not None and often[name] >= _OFTEN}
    reader = _Reader(variable, wanted)
    return [*map(reader.read, sorted(wanted)), *map(reader.visit, body)]


class _Reader(ast.NodeTransformer):
    """Puts a local in the place of each member that is wanted."""

    def __init__(self, variable: str, wanted: set[str]) -> None:
        self._variable = variable
        self._wanted = wanted

    def read(self, member: str) -> ast.stmt:
        """The statement that makes the local."""
        item = ast.Name(self._variable, ast.Load())
        value = ast.Subscript(item, ast.Constant(member), ast.Load())
        return ast.Assign([ast.Name(self._local(member), ast.Store())], value)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        """A member of the item, or anything else."""
        member = _member(node, self._variable)
        if member in self._wanted:
            return ast.Name(self._local(str(member)), ast.Load())
        return self.generic_visit(node)

    def _local(self, member: str) -> str:
        return f"m_{self._variable}.{member}"


def _stores(name: ast.Name, variable: str) -> bool:
    return name.id == variable and isinstance(name.ctx, ast.Store)


def _member(node: ast.AST, variable: str) -> str | None:
    match node:
        case ast.Subscript(ast.Name(name), ast.Constant(str(member)), ast.Load()):
            return member if name == variable else None
    return None


def _surely(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of an expression that are evaluated whatever comes of the others."""
    yield node
    inner: Iterable[ast.AST]
    match node:
        case ast.BoolOp(values=[first, *_]) | ast.IfExp(test=first):
            inner = (first,)
        case ast.Compare(left, _, [first, *_]):
            inner = (left, first)
        case ast.ListComp() | ast.GeneratorExp() | ast.Lambda():
            inner = ()
        case _:
            inner = ast.iter_child_nodes(node)
    for each in inner:
        yield from _surely(each)
