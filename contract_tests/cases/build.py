"""A case becomes a concrete request: baseline, patch, values, credential, bytes."""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import quote

from rulebound.contract_tests.apis import Api, Apis
from rulebound.contract_tests.cases.marking import Mark
from rulebound.contract_tests.cases.model import (
    UNSET,
    Baseline,
    Expect,
    Sending,
    Unset,
    WitnessFile,
)
from rulebound.contract_tests.cases.patch import merged, merged_headers, merged_query, settled
from rulebound.contract_tests.cases.values import Resolver, ValueFault, plain
from rulebound.contract_tests.credentials import Holds, as_seeded, credential, secrets_in
from rulebound.contract_tests.wire.message import NO_VALUE, WireRequest
from rulebound.openapi.model import Operation
from rulebound.openapi.schema_codec import write_xml

_NOTHING = Baseline("", None, {}, {}, None, UNSET, None, Expect())


@dataclass(frozen=True)
class Built:
    """A concrete request, the operation it is for, and the expectation of its baseline."""

    request: WireRequest
    api: Api
    operation: Operation
    expect: Expect

    @cached_property
    def sent(self) -> WireRequest:
        """The request as a report has it: its bytes are enough, and its value may be large."""
        return replace(self.request, value=NO_VALUE)


@dataclass(frozen=True)
class Builder:
    """Builds the requests of one case; `on` is the case's baseline, `resolver` its values, `holds`
    what its actors prove themselves with, `mark` what is written into what they make."""

    apis: Apis
    api: Api
    file: WitnessFile
    on: str | None
    resolver: Resolver
    holds: Holds = as_seeded
    mark: Mark | None = None

    def build(self, sending: Sending) -> Built:
        """The concrete request of a sending.

        With `operation` it stands on its own: only the actor and the headers of that operation's
        first baseline are taken when none are written, or with `on` the whole of that baseline.
        Raises ValueFault for what cannot be made.
        """
        if sending.operation is None:
            api, operation = self.api, self.api.document.operation(self.file.operation)
            baseline = self._baseline(self.file, sending.on or self.on)
        else:
            try:
                api, operation = self.apis.owner(sending.operation)
            except KeyError as error:
                raise ValueFault(f"there is no operation {sending.operation!r}") from error
            baseline = self._borrowed(api, sending)
        request = self._request(api, operation, baseline, sending)
        return Built(request, api, operation, sending.expect.over(baseline.expect))

    @staticmethod
    def _baseline(file: WitnessFile, name: str | None) -> Baseline:
        try:
            return file.baseline(name)
        except KeyError as error:
            raise ValueFault(f"there is no baseline {name!r} in {file.path.name}") from error

    def _borrowed(self, api: Api, sending: Sending) -> Baseline:
        file = api.files.get(sending.operation or "")
        if file is None:
            return _NOTHING
        if sending.on is not None:
            return self._baseline(file, sending.on)
        first = file.first
        return replace(_NOTHING, actor=first.actor, headers=first.headers)

    def _request(
        self, api: Api, operation: Operation, baseline: Baseline, sending: Sending
    ) -> WireRequest:
        actor = baseline.actor if isinstance(sending.actor, Unset) else sending.actor
        proof = credential(api, operation, actor, self.holds)
        resolve = self.resolver.resolve
        headers = merged_headers(proof.headers, resolve(baseline.headers))
        media = sending.media or baseline.media
        body, value, media = self._body(api, operation, baseline, sending, media)
        if media is not None:
            headers = merged_headers(headers, {"Content-Type": media})
        headers = merged_headers(headers, resolve(sending.headers))
        query = merged_query({**proof.query, **resolve(baseline.query)}, resolve(sending.query))
        sent = _pairs(headers)
        return WireRequest(
            method=sending.method or operation.method.upper(),
            path=self._path(api, operation, baseline, sending),
            query=_pairs(query),
            headers=sent,
            body=body,
            value=value,
            secrets=proof.secrets or secrets_in(api, sent, self.resolver.made),
            api=api.name,
            operation=operation.id,
        )

    def _path(self, api: Api, operation: Operation, baseline: Baseline, sending: Sending) -> str:
        written = sending.path if sending.path is not None else baseline.path
        path = operation.path if written is None else plain(self.resolver.resolve(written))
        if "{" in path and written is None:
            raise ValueFault(f"{operation.path} needs its parameters; write path: /..")
        own = (api.base, *api.document.context_roots) if written is not None else ()
        if not any(root and re.match(rf"{re.escape(root)}(/|$)", path) for root in own):
            path = api.base + path
        return quote(path, safe="/%:@!$&'()*+,;=~-._?#")

    def _body(
        self,
        api: Api,
        operation: Operation,
        baseline: Baseline,
        sending: Sending,
        media: str | None,
    ) -> tuple[bytes | None, Any, str | None]:
        if sending.raw is not None:
            return (
                _raw(sending.raw, self.resolver),
                NO_VALUE,
                sending.raw.get("media", media) or (_first_media(operation)),
            )
        resolve = self.resolver.resolve
        base = UNSET if baseline.body is UNSET else resolve(baseline.body)
        patch = UNSET if sending.body is UNSET else resolve(sending.body)
        value = settled(merged(base, None if sending.body is None else patch))
        if value is UNSET:
            return None, NO_VALUE, sending.media
        media = media or _first_media(operation)
        if self.mark is not None and operation.id in api.files:
            places = api.files[operation.id].made.get("mark", ())
            value = self.mark.on(value, places, UNSET if base is UNSET else sending.body)
        return encoded(operation, value, media), value, media


def encoded(operation: Operation, value: Any, media: str) -> bytes:
    """A body value as bytes of a media type: XML by the operation's schema, JSON for the rest."""
    if media.partition(";")[0].strip().lower().endswith("xml"):
        schemas = operation.body.media if operation.body else {}
        schema: Any = schemas.get("application/xml") or next(iter(schemas.values()), {})
        return write_xml(value, schema)
    # Lone surrogates are sent as escapes: they are what some witness wants to send.
    return json.dumps(value, ensure_ascii=not _encodable(value), separators=(",", ":")).encode()


def _encodable(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _first_media(operation: Operation) -> str:
    if operation.body is None or "application/json" in operation.body.media:
        return "application/json"
    return next(iter(operation.body.media), "application/json")


def _raw(raw: Mapping[str, Any], resolver: Resolver) -> bytes:
    if "base64" in raw:
        return base64.b64decode(raw["base64"])
    text = raw["text"]
    made = resolver.raw(text) if isinstance(text, str) else str(plain(resolver.resolve(text)))
    return made.encode("utf-8", "surrogatepass")


def _pairs(values: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, _text(item))
        for name, value in values.items()
        for item in (value if isinstance(value, list) else [value])
    )


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)
