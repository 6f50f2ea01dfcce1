"""Secrets are known by the names they stand under, in paths and in any text, however long."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.judging.outcome import Verdict
from rulebound.contract_tests.passive.confidential import Confidential
from rulebound.contract_tests.passive.finding import Finding
from rulebound.contract_tests.passive.gathering import Gathered
from rulebound.contract_tests.passive.har import read_har
from rulebound.contract_tests.passive.matching import Exchange, Matcher
from rulebound.contract_tests.passive.secret_names import in_any, in_loose_text, is_secret
from rulebound.contract_tests.planning import PlannedRule

from tests.contract_tests.har_recording import written

PLAIN = "Canary-Wren/4711"
SECRET = (
    *("password2", "PASSWORD2", "passwordHash", "password_hash", "newPassword1", "passwordConfirm"),
    *(
        "confirmPassword",
        "sid",
        "connect.sid",
        "PHPSESSID",
        "auth",
        "x_auth",
        "otpCode",
        "otp_code",
    ),
    *("access_code", "accessCode", "authCode", "verification-code", "sessionKey", "tokenValue"),
    *("Authorization", "bearer", "_csrf", "secretText", "pin2"),
)
ORDINARY = (
    *("author", "authority", "president", "inside", "pinCode", "zipCode", "countryCode", "code"),
    *(
        "errorCode",
        "hash",
        "text",
        "value",
        "description",
        "passwordExpired",
        "tokenType",
        "tokenId",
    ),
    *(
        "businessId",
        "monkey",
        "keyHash",
        "subject",
        "spin",
        "residue",
        "compass",
        "secretary",
        "42",
    ),
)


@pytest.mark.parametrize("name", SECRET)
def test_a_name_of_a_secret_is_known(name: str) -> None:
    """A second, hashed or repeated secret is one as well; so are sessions and codes to enter."""
    assert is_secret(name)


@pytest.mark.parametrize("name", ORDINARY)
def test_an_ordinary_name_hides_nothing(name: str) -> None:
    """What only sounds like a secret is shown."""
    assert not is_secret(name)


def recorded(notes: Apis, folder: Path, value: str, name: str) -> Exchange:
    """A note that was read at an address whose parameter has this name."""
    api = notes.all[0]
    read = next(each for each in api.document.operations if each.id == "readNote")
    operation = replace(read, path=f"/notes/{{{name}}}")
    entry = {
        "request": {"method": "GET", "url": f"https://a.example.com{api.base}/notes/{value}"},
        "response": {"status": 500, "headers": [], "content": {"size": 0}},
    }
    [exchange] = read_har(written(folder, [entry])).exchanges
    found = Matcher([(api, operation)]).match(exchange)
    assert found is not None
    return found


def everything_told(exchange: Exchange, confidential: Confidential) -> str:
    """All that a report has of an exchange."""
    rule = exchange.operation.rules[0]
    gathered = Gathered()
    gathered.put(Finding(rule.id, Verdict.BROKEN, "It failed.", "nothing", exchange))
    planned = PlannedRule(exchange.api, exchange.operation, rule, None, ())
    verdict = gathered.verdict(planned, confidential)
    return "\n".join(
        part
        for result in verdict.results
        for part in (result.case.title, *(f"{step.curl} {step.got}" for step in result.steps))
    )


def test_a_secret_in_a_path_is_hidden(notes: Apis, tmp_path: Path) -> None:
    """A parameter of the path that is called so is a secret: no line shows it, nor does a title."""
    exchange = recorded(notes, tmp_path, "Canary-Wren%2F4711", "resetToken")
    confidential = Confidential()
    confidential.learn(exchange)
    told = everything_told(exchange, confidential)
    assert "Canary" not in told and "$HAR_TOKEN_1" in told


def test_a_secret_of_elsewhere_is_hidden_in_a_title(notes: Apis, tmp_path: Path) -> None:
    """What is known to be secret is hidden where it is an ordinary part of a path."""
    exchange = recorded(notes, tmp_path, "Canary-Wren%2F4711", "id")
    confidential = Confidential()
    confidential.vault.add(PLAIN, "HAR_TOKEN_1")
    confidential.learn(exchange)
    assert "Canary" not in everything_told(exchange, confidential)


def test_a_short_secret_in_a_path_is_left_out(notes: Apis, tmp_path: Path) -> None:
    """One that is too short to be looked for takes its path with it."""
    exchange = recorded(notes, tmp_path, "Z9", "pin")
    confidential = Confidential()
    confidential.learn(exchange)
    told = everything_told(exchange, confidential)
    assert "Z9" not in told and "/notes/{pin}" in told


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("password=one&token = 'two three'; pin>four", ["one", "two three", "four"]),
        ('{"session_token": "a\\"b", oops', ['a\\"b']),
        ("a.b-password: x", ["x"]),
        ("x=y token=z", ["z"]),
        ("apassword", []),
    ],
)
def test_a_loose_text_is_read(text: str, found: list[str]) -> None:
    """A name, a sign and a value are found in a text that is no JSON."""
    assert [value for _, value in in_loose_text(text)] == found


JWT = "eyJhbGciOi.eyJzdWIi.c2ln"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"I am {JWT}!", [JWT]),
        (f"x-{JWT}", [JWT]),
        (f"a.b.{JWT}.d", [JWT]),
        (f"It is {JWT}aaaa.", [f"{JWT}aaaa"]),
        (f"{JWT} and {JWT}", [JWT, JWT]),
        ("eyJhbGciOi.eyJzdWIi.", ["eyJhbGciOi.eyJzdWIi."]),
        ("eyJhbG.eyJzdWIi.x", []),
        ("heyJhbGciOi.eyJzdWIi.x", []),
    ],
)
def test_a_token_shows_by_itself(text: str, found: list[str]) -> None:
    """What looks like a JWT is found wherever it stands."""
    assert [value for _, value in in_any(text)] == found


LONG = ("'a' * 2_000_000", "'eyJ-' * 500_000", "'a.' * 1_000_000", "'a' + ' ' * 2_000_000")


@pytest.mark.parametrize("text", LONG)
def test_a_long_word_is_no_burden(text: str) -> None:
    """Megabytes without a secret are read at once; by the square of them it would take hours."""
    script = (
        "from rulebound.contract_tests.passive.secret_names import in_any, in_loose_text\n"
        f"text = {text}\n"
        "assert not [*in_any(text), *in_loose_text(text)]\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
