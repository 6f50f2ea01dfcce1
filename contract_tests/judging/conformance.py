"""Holds every answer against the document with Schemathesis, our requests being its cases."""

import hashlib
import re
from collections.abc import Hashable
from functools import cache
from typing import Any
from urllib.parse import unquote

import requests
import schemathesis
from rulebound.contract_tests.apis import Api
from rulebound.contract_tests.cases.build import Built
from rulebound.contract_tests.judging.answers import response_schema
from rulebound.contract_tests.judging.memory import CHANGING, declared_headers, fingerprint
from rulebound.contract_tests.wire.message import NO_VALUE, Answer
from rulebound.openapi.model import Operation
from rulebound.openapi.schema_codec import read_xml
from schemathesis import checks
from schemathesis.errors import FailureGroup

_EXCLUDED = (
    # Valid by schema and refused by a rule is what this kit is about.
    "positive_data_acceptance",
    # These send requests of their own, outside the world of the case.
    "ensure_resource_availability",
    "ignored_auth",
    "object_level_authorization",
    "unsupported_method",
    "use_after_free",
    # Says nothing beyond the rule of the header, and judges by the status alone.
    "missing_required_header",
)


class SchemaConformance:
    """Says where an answer is not as its operation declares: status, headers, media type, body.

    A request to another address or by another method than its operation's is no case of it. What
    is held here depends on the operation and the answer alone, so an answer that was found right is
    not looked through again when it comes once more.
    """

    def __init__(self) -> None:
        _register_xml()
        checks.load_all_checks()
        self._excluded = [checks.CHECKS.get_one(name) for name in _EXCLUDED]
        self._schemas: dict[str, Any] = {}
        self._operations: dict[str, Any] = {}
        self._changing: dict[str, frozenset[str]] = {}
        self._right: set[Hashable] = set()

    def faults(self, built: Built, answer: Answer) -> list[str]:
        """Each fault in a few words."""
        parameters = path_parameters(built)
        if parameters is None:
            return []
        seen = self._seen(built.operation, answer)
        if seen in self._right:
            return []
        request = built.request
        case = self._operation(built.api, built.operation).Case(
            path_parameters=parameters,
            query=dict(request.query),
            headers=dict(request.headers),
            body=schemathesis.core.NOT_SET if request.value is NO_VALUE else request.value,
            # Sent without its type, a body is still one; Schemathesis wants to be told of which.
            media_type=_media(request.header("content-type")) or "application/json",
        )
        try:
            case.validate_response(
                _response(request.method, request.address, answer), excluded_checks=self._excluded
            )
        except FailureGroup as group:
            return [_in_short(failure) for failure in group.exceptions]
        self._right.add(seen)
        return []

    def _seen(self, operation: Operation, answer: Answer) -> Hashable:
        """The same for the same answers of an operation, headers left out that change by themselves
        and of which it declares nothing."""
        changing = self._changing.get(operation.id)
        if changing is None:
            changing = CHANGING - declared_headers(operation)
            self._changing[operation.id] = changing
        status, headers, body = fingerprint(answer, changing)
        return operation.id, status, headers, hashlib.sha256(body).digest()

    def _operation(self, api: Api, operation: Operation) -> Any:
        if operation.id not in self._operations:
            if api.name not in self._schemas:
                self._schemas[api.name] = schemathesis.openapi.from_dict(dict(api.document.bundle))
            found = self._schemas[api.name][operation.path][operation.method.upper()]
            self._operations[operation.id] = found
        return self._operations[operation.id]


def path_parameters(built: Built) -> dict[str, str] | None:
    """The path parameters of a request; None when it is not for its operation's address."""
    operation, request = built.operation, built.request
    if request.method != operation.method.upper():
        return None
    path = request.path.partition("?")[0]
    for root in (*built.api.document.context_roots, ""):
        found = _template(root + built.api.base + operation.path).fullmatch(path)
        if found:
            return {name: unquote(value) for name, value in found.groupdict().items()}
    return None


@cache
def _template(path: str) -> re.Pattern[str]:
    return re.compile(
        "".join(
            f"(?P<{part[1:-1]}>[^/]+)" if part.startswith("{") else re.escape(part)
            for part in re.split(r"(\{\w+\})", path)
        )
    )


def _media(content_type: str | None) -> str:
    # Schemathesis wants one also for a body that was sent without, or with an empty one.
    return (content_type or "").partition(";")[0].strip().lower() or "application/json"


def _response(method: str, address: str, answer: Answer) -> Any:
    prepared = requests.PreparedRequest()
    prepared.method, prepared.url = method, f"http://target{address}"
    prepared.headers = requests.structures.CaseInsensitiveDict()
    headers: dict[str, list[str]] = {}
    for name, value in answer.headers:
        headers.setdefault(name.lower(), []).append(value)
    return schemathesis.Response(
        status_code=answer.status,
        headers=headers,
        content=answer.body,
        request=prepared,
        elapsed=answer.seconds,
        verify=False,
    )


@cache
def _register_xml() -> None:
    """Schemathesis reads no XML by a schema; our codec does."""

    @schemathesis.deserializer("application/xml")
    def read(context: Any, response: Any) -> Any:
        responses = context.operation.definition.raw.get("responses", {})
        schema = response_schema(responses, response.status_code, "application/xml")
        return read_xml(response.content, schema)


def _in_short(failure: Any) -> str:
    """The title and first paragraph of a failure; the schema it quotes stands in the document."""
    said = " ".join(str(failure.message).partition("\n\n")[0].split())
    return f"{failure.title}: {said[:300]}"
