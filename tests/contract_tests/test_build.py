"""Cases become requests: baseline, patch, values, credential and bytes, as the files say."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.cases.build import Builder
from rulebound.contract_tests.cases.model import Sending
from rulebound.contract_tests.cases.values import Resolver, ValueFault
from rulebound.contract_tests.planning import EVERYTHING, Selection, plan
from rulebound.contract_tests.showing import shown_cases
from rulebound.contract_tests.wire.message import WireRequest
from rulebound.fixtures.clock import SEED_TIME


def builder(notes: Apis, operation: str = "createNote", made: str | None = None) -> Builder:
    """A builder of requests to an operation of the notes API."""
    api = notes.all[0]
    record = api.seed.names.__getitem__
    resolver = Resolver(record, SEED_TIME, None, lambda prefix: f"{prefix}-u", made)
    return Builder(notes, api, api.files[operation], None, resolver)


def built(notes: Apis, **sending: Any) -> WireRequest:
    """The request of a sending to createNote."""
    return builder(notes).build(Sending(**sending)).request


def test_the_baseline_is_what_is_sent(notes: Apis) -> None:
    """Without a patch the baseline goes out, with its actor's credential."""
    request = built(notes)
    assert (request.method, request.address) == ("POST", "/v1/notes")
    assert request.headers == (
        ("Authorization", "Bearer token-ann"),
        ("Accept", "application/json"),
        ("Content-Type", "application/json"),
    )
    assert request.body == b'{"title":"Milk"}'
    assert request.secrets == (("token-ann", "TOKEN_ANN"),)


def test_a_patch_changes_what_it_names(notes: Apis) -> None:
    """Actor, query, headers and body are patched; the rest stays."""
    request = built(
        notes,
        actor=None,
        query={"a": ["1", 2]},
        headers={"accept": {"$absent": True}},
        body={"folder": {"$of": "folder.home"}},
    )
    assert request.address == "/v1/notes?a=1&a=2"
    assert request.headers == (("Content-Type", "application/json"),)
    assert json.loads(request.body or b"") == {"title": "Milk", "folder": "10"}


def test_the_credential_can_be_taken_away_or_replaced(notes: Apis) -> None:
    """A header patch reaches the credential's header too."""
    assert built(notes, headers={"authorization": None}).header("authorization") is None
    assert built(notes, headers={"Authorization": "Basic x"}).header("authorization") == "Basic x"


def test_a_credential_written_by_hand_is_hidden_too(notes: Apis) -> None:
    """A seeded credential in a header, or what an earlier request made, is not printed."""
    request = built(notes, actor=None, headers={"Authorization": "Bearer token-ann"})
    assert request.secrets == (("token-ann", "TOKEN_ANN"),)
    sending = Sending(actor=None, headers={"X-Session": {"$made": "id"}})
    assert builder(notes, made="s77").build(sending).request.secrets == (("s77", "MADE"),)


@pytest.mark.parametrize("body", [None, {"$absent": True}])
def test_no_body_means_none(notes: Apis, body: Any) -> None:
    """A body taken away is not sent, nor is its media type."""
    request = built(notes, body=body)
    assert request.body is None
    assert request.header("content-type") is None


def test_null_is_a_body(notes: Apis) -> None:
    """A JSON null is sent as such."""
    assert built(notes, body={"$null": True}).body == b"null"


def test_xml_is_written_by_the_schema(notes: Apis) -> None:
    """With `media` the body goes out as XML."""
    request = built(notes, media="application/xml")
    assert request.header("content-type") == "application/xml"
    assert (request.body or b"").endswith(b"<root><title>Milk</title></root>")


def test_raw_bytes_are_sent_as_they_are(notes: Apis) -> None:
    """`raw` sends text or bytes under a media type, whatever the schema says."""
    request = built(notes, raw={"text": "{", "media": "text/plain"})
    assert (request.body, request.header("content-type")) == (b"{", "text/plain")
    request = built(notes, raw={"base64": "/w=="})
    assert (request.body, request.header("content-type")) == (b"\xff", "application/json")


def test_lone_surrogates_can_be_sent(notes: Apis) -> None:
    """What UTF-8 cannot hold goes out as a JSON escape."""
    assert built(notes, body={"title": "\ud800"}).body == b'{"title":"\\ud800"}'


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/notes/1", "/v1/notes/1"),
        ("/v1/x", "/v1/x"),
        ("/v10/x", "/v1/v10/x"),
        ("/é b", "/v1/%C3%A9%20b"),
        ("/notes?x=%zz", "/v1/notes?x=%zz"),
        ({"$join": ["/n/", {"$of": "note.first"}]}, "/v1/n/100"),
    ],
)
def test_a_path_is_taken_with_and_without_its_base(notes: Apis, path: Any, address: str) -> None:
    """A path may begin with the base of the API or not; what is not ASCII is encoded."""
    assert built(notes, path=path).address == address


def test_a_request_of_another_operation_stands_on_its_own(notes: Apis) -> None:
    """With `operation` only the actor and the headers of its first baseline are taken."""
    sending = Sending(operation="readNote", path={"$join": ["/notes/", {"$made": "id"}]})
    request = builder(notes, made="7").build(sending).request
    assert (request.method, request.address, request.body) == ("GET", "/v1/notes/7", None)
    assert [name for name, _ in request.headers] == ["Authorization", "Accept"]
    whole = replace(sending, path=None, on="ann")
    assert builder(notes).build(whole).request.address == "/v1/notes/100"


@pytest.mark.parametrize(
    ("sending", "says"),
    [
        (Sending(operation="deleteNote"), "no operation 'deleteNote'"),
        (Sending(operation="readNote"), "needs its parameters"),
        (Sending(operation="readNote", on="bob"), "no baseline 'bob'"),
        (Sending(actor="zoe"), "no actor 'zoe'; known are ann"),
        (Sending(body={"title": {"$of": "note.lost"}}), "no record"),
    ],
)
def test_what_cannot_be_built_is_told(notes: Apis, sending: Sending, says: str) -> None:
    """An unknown operation, baseline, actor or record is named."""
    with pytest.raises(ValueFault, match=says):
        builder(notes).build(sending)


def test_every_case_can_be_shown_as_curl(notes: Apis) -> None:
    """Each case is a curl line without sending anything; what cannot be made is told."""
    shown = {each.id: each for each in shown_cases(notes, plan(notes, EVERYTHING))}
    assert len(shown) == 33 and not any(each.fault for each in shown.values())
    line = shown["read.exists/break-1"].curl
    assert line.startswith("curl -i http://127.0.0.1:8400/v1/notes/999 -H ")
    planned = plan(notes, Selection(rules=("read.exists",)))[0]
    lost = replace(planned.cases[0], sending=Sending(title="x", actor="zoe"))
    (told,) = shown_cases(notes, [replace(planned, cases=(lost,))])
    assert told.fault is not None and "zoe" in told.fault
