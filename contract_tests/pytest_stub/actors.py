"""Who asks: the actors of the seeds, as the headers they sign in with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rulebound.contract_tests.apis import Api
from rulebound.contract_tests.credentials import Credential, Held, as_seeded, credential
from rulebound.contract_tests.pytest_stub.faults import StubFault
from rulebound.contract_tests.pytest_stub.library import Library, unknown
from rulebound.fixtures.actors import AccessKey, Token
from rulebound.openapi.model import Operation


class SignedIn(dict[str, str | None]):
    """The headers of an actor, to be sent as they are or with more: `actor("anna") | {..}`.

    `query` is what stands in the query instead, where the API wants it there; `stub` sends it.
    `credential` is the token, session or access key with its secret that all of it is made of.
    """

    def __init__(
        self, headers: Mapping[str, str | None], query: Mapping[str, str], held: Held
    ) -> None:
        super().__init__(headers)
        self.query = dict(query)
        self.credential = held

    def __or__(self, more: Mapping[str, str | None]) -> SignedIn:  # type: ignore[override]
        return SignedIn({**self, **more}, self.query, self.credential)

    def __repr__(self) -> str:
        # A failing test prints what it compares.
        return f"<headers {', '.join(self)} of an actor>"


class Actors:
    """Gives an actor's headers by its name, `actor("anna")`."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def __call__(
        self, name: str, *, api: str | None = None, operation: str | None = None
    ) -> SignedIn:
        """The headers that an actor of a seed signs in with.

        `api` or `operation` is needed where several APIs have an actor of this name and would be
        told in different ways. Raises StubFault for an unknown name, and where that is not said.
        """
        __tracebackhide__ = True
        asked = self._asked(api, operation)
        having = [(one, op) for one, op in asked if name in one.seed.actors]
        if not having:
            known = {each for one, _ in asked for each in one.seed.actors}
            raise StubFault(unknown("actor", name, known))
        found = {
            (_plain(made.headers), _plain(made.query)): (one, made)
            for one, made in _made(having, name)
        }
        if not found:
            names = ", ".join(dict.fromkeys(one.name for one, _ in having))
            raise StubFault(f"actor {name!r} has nothing that {names} would be shown")
        if len(found) > 1:
            raise StubFault(_which(name, [one for one, _ in found.values()]))
        ((one, made),) = found.values()
        return SignedIn(made.headers, made.query, as_seeded(one.seed, name))

    def _asked(self, api: str | None, operation: str | None) -> list[tuple[Api, Operation]]:
        __tracebackhide__ = True
        pairs = self._library.operations
        apis = {one.name for one, _ in pairs}
        if api is not None and api not in apis:
            raise StubFault(unknown("API", api, apis))
        pairs = tuple((one, op) for one, op in pairs if api in (None, one.name))
        names = {op.id for _, op in pairs}
        if operation is not None and operation not in names:
            raise StubFault(unknown("operation", operation, names))
        return [(one, op) for one, op in pairs if operation in (None, op.id)]


def _made(having: list[tuple[Api, Operation]], name: str) -> Iterator[tuple[Api, Credential]]:
    """What the operations would be shown. Where a credential is of their kind somewhere, places
    where it is not do not count."""
    made = [(one, op, credential(one, op, name)) for one, op in having]
    told = [each for each in made if each[2].headers or each[2].query]
    fitting = [each for each in told if _fits(each[0], each[1], as_seeded(each[0].seed, name))]
    yield from ((one, each) for one, _, each in fitting or told)


def _fits(api: Api, operation: Operation, held: Held) -> bool:
    """Whether an operation takes credentials of this kind: tokens go where no key is wanted."""
    schemes = api.document.bundle.get("components", {}).get("securitySchemes", {})
    wanted = [schemes[name] for each in operation.security for name in each if name in schemes]
    keys = [scheme["type"] == "apiKey" for scheme in wanted]
    if isinstance(held, Token):
        return not all(keys)
    return any(keys) and (not isinstance(held, AccessKey) or len(keys) > 1)


def _plain(values: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(values.items()))


def _which(name: str, apis: list[Api]) -> str:
    names = sorted({api.name for api in apis})
    if len(names) == 1:
        told = f"operations of {names[0]} are shown different things"
        return f"{told} of actor {name!r}; add operation=.."
    told = " or ".join(f"api={each!r}" for each in names)
    return f"there is an actor {name!r} for {', '.join(names)}; add {told}"
