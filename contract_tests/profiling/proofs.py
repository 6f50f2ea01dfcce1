"""How an actor would prove itself on a deployment, as a profile is first written."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rulebound.contract_tests.apis import Api
from rulebound.contract_tests.profiling.describing import Describer
from rulebound.fixtures.actors import AccessKey, Actor, Session


def proof_of(actor: Actor, apis: Iterable[Api], describer: Describer, prefix: str) -> str:
    """The form that suits what the actor holds in the seed, as YAML; `prefix` begins the names of
    variables. A credential that ends, or is one of several, is given as it is."""
    name = f"{prefix}_{variable(actor.name)}"
    match actor.credential:
        case AccessKey():
            return f"{{key: {{env: {name}_KEY}}, secret: {{env: {name}_SECRET}}}}"
        case Session():
            if describer.end(actor) or not _can_log_in(apis):
                return f"{{session: {{env: {name}}}}}"
            return f"{{login: {{user: {{env: {name}_USER}}, password: {{env: {name}_PASSWORD}}}}}}"
    scheme = next(_schemes(apis, actor.kind), {})
    flows: Mapping[str, Any] = scheme.get("flows", {})
    if "clientCredentials" in flows and describer.end(actor) is None:
        scope = _scope(flows["clientCredentials"])
        return (
            f"{{oauth2: {{url: null, grant: client_credentials, client: {{env: {name}_ID}}, "
            f"secret: {{env: {name}_SECRET}}{scope}}}}}"
        )
    return f"{{token: {{env: {name}}}}}"


def variable(name: str) -> str:
    """A name as an environment variable has it."""
    text = "".join(each if each.isalnum() and each.isascii() else "_" for each in name).upper()
    return f"_{text}" if text[:1].isdigit() else text


def _scope(flow: Mapping[str, Any]) -> str:
    scopes = [*flow.get("scopes", {})]
    return f", scope: '{scopes[0]}'" if scopes else ""


def _schemes(apis: Iterable[Api], kind: str) -> Iterator[Mapping[str, Any]]:
    for api in apis:
        schemes = api.document.bundle.get("components", {}).get("securitySchemes", {})
        yield from (each for each in schemes.values() if each.get("x-actor") == kind)


def _can_log_in(apis: Iterable[Api]) -> bool:
    """Whether an operation answers what a security scheme wants in a header."""
    for api in apis:
        schemes = api.document.bundle.get("components", {}).get("securitySchemes", {})
        wanted = {str(each.get("name", "")).lower() for each in schemes.values()} - {""}
        if wanted & {file.made.get("header", "").lower() for file in api.files.values()}:
            return True
    return False
