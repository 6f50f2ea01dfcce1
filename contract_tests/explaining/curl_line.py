"""Reads a curl line as a person pastes it: what it would send, without sending it."""

import argparse
import base64
import json
import shlex
from typing import NoReturn
from urllib.parse import urlsplit

from rulebound.contract_tests.wire.message import WireRequest

_FORM = "application/x-www-form-urlencoded"


class CurlFault(Exception):
    """A line that cannot be read as curl; the text says what to write instead."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise CurlFault(f"{message}; give a plain curl line: -X, -H, -d, -G, -u, -b and an address")


def read_curl(line: str) -> WireRequest:
    """The request of a curl line, without its host. Raises CurlFault.

    Known are what browsers and documents write: -X, -H, -A, -b, -u, -d and its siblings, --json,
    -G, -I, --url, and switches that change nothing of what is sent. A file (`@name`) is not read.
    """
    given = _given(line)
    try:
        parts = urlsplit(given.address)
    except ValueError as error:
        raise CurlFault(f"{given.address!r} is no address ({error})") from error
    body = _body(given)
    headers = _headers(given)
    query = parts.query
    if given.get and body is not None:
        query, body = "&".join(part for part in (query, body.decode()) if part), None
    elif body is not None and not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", "application/json" if given.json else _FORM))
    method = given.method or ("HEAD" if given.head else "POST" if body is not None else "GET")
    path = (parts.path or "/") + (f"?{query}" if query else "")
    return WireRequest(method, path, headers=tuple(headers), body=body)


def _given(line: str) -> argparse.Namespace:
    try:
        words = shlex.split(line.replace("\\\n", " "))
    except ValueError as error:
        raise CurlFault(f"the line ends inside a quotation ({error}); close it") from error
    if words[:1] != ["curl"]:
        raise CurlFault("the line does not begin with curl")
    given, rest = _parser().parse_known_args(words[1:])
    addresses = [given.url] if given.url else [word for word in rest if not word.startswith("-")]
    strange = [word for word in rest if word.startswith("-")]
    if strange:
        raise CurlFault(f"the option {strange[0]} is not known here; leave it out")
    if len(addresses) != 1:
        raise CurlFault(f"the line has {len(addresses)} addresses; write one")
    given.address = addresses[0] if "://" in addresses[0] else f"http://{addresses[0]}"
    return given


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(add_help=False, allow_abbrev=False)
    parser.add_argument("-X", "--request", dest="method")
    parser.add_argument("-H", "--header", dest="headers", action="append", default=[])
    parser.add_argument("-A", "--user-agent", dest="agent")
    parser.add_argument("-b", "--cookie")
    parser.add_argument("-u", "--user")
    for name in ("-d", "--data", "--data-binary", "--data-ascii"):
        parser.add_argument(name, dest="data", action="append", type=_no_file, default=[])
    parser.add_argument("--data-raw", dest="data", action="append")
    parser.add_argument("--json")
    parser.add_argument("-G", "--get", action="store_true")
    parser.add_argument("-I", "--head", action="store_true")
    parser.add_argument("--url")
    parser.add_argument("-o", "--output")
    parser.add_argument("-w", "--write-out")
    parser.add_argument("-m", "--max-time")
    for names in (
        *(("-i", "--include"), ("-s", "--silent"), ("-S", "--show-error"), ("-k", "--insecure")),
        *(("-v", "--verbose"), ("-L", "--location"), ("-f", "--fail"), ("-g", "--globoff")),
        *(("--compressed",), ("--http1.1",), ("-sS",), ("-si",), ("-is",)),
    ):
        parser.add_argument(*names, dest="unheard", action="store_true")
    return parser


def _no_file(text: str) -> str:
    if text.startswith("@"):
        raise CurlFault(f"the body comes from the file {text[1:]!r}; write it into the line")
    return text


def _body(given: argparse.Namespace) -> bytes | None:
    data = [*given.data, *([_no_file(given.json)] if given.json is not None else [])]
    return "&".join(data).encode("utf-8", "surrogateescape") if data else None


def _headers(given: argparse.Namespace) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for text in given.headers:
        name, colon, value = text.partition(":")
        if not colon and text.endswith(";"):
            name, value = text[:-1], ""
        elif not value.strip():
            continue
        found.append((name.strip(), value.strip()))
    if given.agent:
        found.append(("User-Agent", given.agent))
    if given.cookie:
        found.append(("Cookie", given.cookie))
    if given.user:
        proof = base64.b64encode(given.user.encode()).decode()
        found.append(("Authorization", f"Basic {proof}"))
    if given.json is not None:
        _checked(given.json)
        found.append(("Accept", "application/json"))
    # What curl sends by itself; `-H Accept:` takes it away.
    named = {text.partition(":")[0].strip().lower() for text in given.headers}
    if given.json is None and "accept" not in named:
        found.append(("Accept", "*/*"))
    return found


def _checked(text: str) -> None:
    try:
        json.loads(text)
    except ValueError as error:
        raise CurlFault(f"--json is not given JSON: {error}") from error
