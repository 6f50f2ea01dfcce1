"""Credentials and passwords of the seeds, kept out of reports wherever a case put them."""

from collections.abc import Iterator

from rulebound.contract_tests.apis import Apis
from rulebound.fixtures.actors import AccessKey, Actor, Session, Token


def seed_secrets(apis: Apis) -> Iterator[tuple[str, str]]:
    """Every secret of the seeds with the name that is written in its place, `TOKEN_ANNA`."""
    for api in apis.all:
        for actor in api.seed.actors.values():
            for part, text in _parts(actor):
                yield text, f"{part}_{_name(actor.name)}"
        for name, record in api.seed.names.items():
            if password := record.get("password"):
                yield password, f"PASSWORD_{_name(name.partition('.')[2])}"


def _parts(actor: Actor) -> Iterator[tuple[str, str]]:
    match actor.credential:
        case Token(value):
            yield "TOKEN", value
        case Session(value):
            yield "SESSION", value
        case AccessKey(value, secret):
            yield from (("KEY", value), ("SECRET", secret))


def _name(name: str) -> str:
    return name.upper().replace("-", "_")
