"""A request as a curl line that can be pasted, with its credentials replaced by shell variables."""

import base64
import re
import shlex

from rulebound.contract_tests.wire.message import WireRequest

LONGEST_BODY = 4000


def as_curl(request: WireRequest, url: str, longest: int = LONGEST_BODY) -> str:
    """The curl line for a request against the target at `url`.

    Each credential inside becomes `$NAME` (in double quotes, so the shell fills it in). A body
    longer than `longest` bytes is cut, and a comment after the line says so.
    """
    words = ["curl", "-i"]
    if request.method != "GET" or request.body is not None:
        words += ["-X", shlex.quote(request.method)]
    words.append(_word(url.rstrip("/") + request.address, request.secrets))
    for name, value in request.headers:
        words += ["-H", _word(f"{name}: {value}" if value else f"{name};", request.secrets)]
    if request.body is None:
        return " ".join(words)
    if request.header("content-type") is None:
        words += ["-H", "'Content-Type:'"]
    return _with_body(words, request.body, request.secrets, longest)


def _with_body(
    words: list[str], body: bytes, secrets: tuple[tuple[str, str], ...], longest: int
) -> str:
    cut = body[:longest]
    note = "" if len(body) == len(cut) else f"  # the body is cut: it has {len(body)} bytes"
    text = _text(cut, is_cut=len(cut) < len(body))
    if text is None:
        source = f"printf %s {base64.b64encode(cut).decode()} | base64 -d | "
        return source + " ".join([*words, "--data-binary", "@-"]) + note
    return " ".join([*words, "--data-raw", _word(text, secrets)]) + note


def _text(body: bytes, *, is_cut: bool) -> str | None:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        # A cut may split the last character; anything else is not text.
        if not is_cut or error.start < len(body) - 4:
            return None
        text = body[: error.start].decode("utf-8")
    return text if "\0" not in text else None


def _word(text: str, secrets: tuple[tuple[str, str], ...]) -> str:
    hidden = [(secret, name) for secret, name in secrets if secret and secret in text]
    if not hidden:
        return shlex.quote(text)
    quoted = text.translate({ord(mark): f"\\{mark}" for mark in '\\"$`'})
    for secret, name in sorted(hidden, key=lambda pair: -len(pair[0])):
        # In braces where the text goes on as a name could.
        quoted = re.sub(f"{re.escape(secret)}(?=\\w)", f"${{{name}}}", quoted)
        quoted = quoted.replace(secret, f"${name}")
    return f'"{quoted}"'
