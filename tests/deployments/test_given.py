"""What an answer gives as a secret: the whole of it is looked through, and no more is taken for
one than can be."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from deployments.plain import SEARCH, TASK, asking, deployed, needs, world
from deployments.recorder import Told, recording
from deployments.test_ledger import ledger
from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.secrets import Vault
from rulebound.contract_tests.targets.deployed.given import MOST_GIVEN, given_by
from rulebound.contract_tests.targets.deployed.residue import addresses_in
from rulebound.contract_tests.wire.message import Answer

JSON = (("Content-Type", "application/json"),)
XML = (("Content-Type", "application/xml"),)
TOKEN = "tok-9f8e7d6c5b4a"
PAD = "x" * 70_000


def answer(body: bytes, headers: tuple[tuple[str, str], ...] = JSON) -> Answer:
    """An answer with this body."""
    return Answer(200, headers, body)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (JSON, json.dumps({"pad": PAD, "access_token": TOKEN})),
        (XML, f"<a><pad>{PAD}</pad><accessToken>{TOKEN}</accessToken></a>"),
        ((), f"{PAD} eyJhbGciOi.eyJzdWIi.{TOKEN}"),
    ],
)
def test_a_secret_in_a_long_answer_is_learnt(
    apis: Apis, tmp_path: Path, headers: tuple[tuple[str, str], ...], body: str
) -> None:
    """However much stands before it, it is a secret from then on."""
    with (
        recording(lambda asked: Told(200, body.encode(), headers)) as recorder,
        deployed(tmp_path, apis, recorder.url) as deployment,
        deployment.scene(needs(SEARCH)) as scene,
    ):
        scene.send(asking(SEARCH))
        assert TOKEN not in deployment.vault.hide(f"it said {body[-60:]}")


LONG: dict[str, tuple[tuple[tuple[str, str], ...], Callable[[int], str]]] = {
    "words like a token": (JSON, lambda n: f'"{"eyJaaaaa-" * n}"'),
    "parts of a token": (JSON, lambda n: f'"{"eyJaaaaa." * n}"'),
    "elements that never begin": (XML, lambda n: "<token " * n),
    "elements that never end": (XML, lambda n: "<token>b" * n),
    "one long name": (XML, lambda n: "<" + "a" * n),
    "blanks in an element": (XML, lambda n: "<a" + " " * n),
    "letters": ((), lambda n: "x" * n),
    "half an address": ((), lambda n: "x." * n),
    "many addresses": ((), lambda n: "x@" * n),
}


@pytest.mark.parametrize("kind", LONG)
def test_no_answer_takes_long_to_look_through(kind: str) -> None:
    """A mebibyte of what is nearly a secret, or nearly an address is read once: gone back in at
    every letter, this test would not end."""
    headers, made = LONG[kind]
    body = made(100_000).encode()[: 1 << 20]
    list(given_by(answer(body, headers), ()))
    addresses_in(body)


def test_an_answer_of_nothing_but_secrets_gives_so_many() -> None:
    """Each is kept in many forms, so there is a limit."""
    body = json.dumps([{"token": f"{TOKEN}-{number}"} for number in range(MOST_GIVEN + 9)])
    assert len(list(given_by(answer(body.encode()), ()))) == MOST_GIVEN


@pytest.mark.parametrize("body", [None, b"", b"no address", b"a@", b"@b", b"x" * 99])
def test_a_body_without_an_address_has_none(body: bytes | None) -> None:
    """Nothing is found in nothing."""
    assert addresses_in(body) == set()


def test_addresses_are_found_wherever_they_stand() -> None:
    """In quotes, behind one another, in whatever letter case."""
    found = addresses_in(b'{"a": "Ann.Lee@Example.com", "b": ["x_y@b.c;z@b.c"]} q@r.s')
    assert found == {"ann.lee@example.com", "x_y@b.c", "z@b.c", "q@r.s"}


@pytest.mark.parametrize("name", ["Set-Cookie", "X-egain-session"])
def test_a_short_cookie_is_no_secret(apis: Apis, tmp_path: Path, name: str) -> None:
    """The number of a server behind a balancer stands in many an id: it is left as it is."""
    value = "lb=100; Path=/" if name == "Set-Cookie" else "100"
    headers = ((name, value), ("Location", "/activity/3100177"))
    with (
        recording(lambda asked: Told(201, headers=headers)) as recorder,
        deployed(tmp_path, apis, recorder.url) as deployment,
        deployment.scene(needs(TASK)) as scene,
    ):
        scene.send(asking(TASK, body=b"{}"))
        assert deployment.vault.hide("it made 3100177") == "it made 3100177"
    assert [line["id"] for line in ledger(tmp_path)] == ["3100177"]


@pytest.mark.parametrize(
    ("made", "put_down"),
    [
        ("4711-abc-0815", "4711-abc-0815"),
        ("abc", None),
        ("1-a-longer-secret-2", None),
        ("a-longer-secret", None),
        ("a-longer-secre", "a-longer-secre"),
    ],
)
def test_an_id_stands_in_the_ledger_whole_or_not_at_all(
    apis: Apis, tmp_path: Path, made: str, put_down: str | None
) -> None:
    """An id of which a part is hidden helps nobody; one that is a secret, or holds a long one,
    stays out."""
    users = {
        "user.anna": {"id": "1", "password": "abc"},
        "user.bob": {"password": "a-longer-secret"},
    }
    with (
        recording(lambda asked: Told(201, headers=(("Location", f"/a/{made}"),))) as recorder,
        deployed(tmp_path, apis, recorder.url, **world(records=users)) as deployment,
        deployment.scene(needs(TASK)) as scene,
    ):
        scene.send(asking(TASK, body=b"{}"))
    assert [line["id"] for line in ledger(tmp_path)] == [put_down]


@pytest.mark.parametrize("secret", ["\ud800abcdefgh12", "\udce9abcdefgh12", "a\udcffb\ud83dcdefgh"])
def test_half_a_letter_in_a_secret_ends_nothing(secret: str) -> None:
    """A lone surrogate of JSON, and a byte of the environment that is no UTF-8, are hidden."""
    vault = Vault([(secret, "ODD")])
    told = (secret, json.dumps(secret)[1:-1], secret.encode("utf-8", "surrogatepass").hex())
    for text in told:
        assert vault.hide(f"before {text} after") == "before $ODD after"


def test_half_a_letter_in_an_answer_ends_no_run(apis: Apis, tmp_path: Path) -> None:
    """It is learnt and hidden as any other."""
    with (
        recording(lambda asked: Told(200, b'{"token":"\\ud800abcdefgh12"}', JSON)) as recorder,
        deployed(tmp_path, apis, recorder.url) as deployment,
        deployment.scene(needs(SEARCH)) as scene,
    ):
        assert scene.send(asking(SEARCH)).status == 200
        assert deployment.vault.hide("a \ud800abcdefgh12") == "a $TOKEN_MADE"
