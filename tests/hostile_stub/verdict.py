"""Whether an answer to a hostile input is one that was promised."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree.ElementTree import fromstring

from hostile_stub.case import EGAIN, EITHER, ENDED, FREE, OBJECT, PAGE, Case
from hostile_stub.wire import Heard, Meeting

# What tells how the stub is made. The vendor's own exceptions begin with MX.
HERE = re.escape(str(Path(__file__).parents[2]).encode())
INSIDE = re.compile(
    rb"Traceback|site-packages|/usr/lib|/home/|\.py\b|\bobject at 0x|rulebound\.[a-z]"
    rb"|\b(?!MX)[A-Z]\w+(?:Error|Exception)\b|root:x:0|" + HERE
)
STRANGERS = ("*", "null", "https://evil.example.com")
MARKUP = (b"<script>alert", b"<img src=x", b">49<")


def wrong(case: Case, met: Meeting) -> list[str]:
    """What is not as promised, in words; nothing where all is."""
    finals = [each for each in met.answers if each.status >= 200]
    if not finals:
        if ENDED in case.statuses and met.closed and not met.rest:
            return []
        how = "ended without an answer" if met.closed else "neither answered nor ended"
        return [f"{how}: {met.rest[:200]!r}"]
    found = [f"{len(finals)} answers, not {case.answers}"] * (len(finals) != case.answers)
    if met.rest:
        found.append(f"bytes behind the answer: {met.rest[:200]!r}")
    for answer in finals:
        found += _wrong(case, answer)
    return found


def _wrong(case: Case, answer: Heard) -> list[str]:
    found = []
    if answer.status not in case.statuses:
        found.append(f"{answer.status}, not {case.status}: {answer.body[:300]!r}")
    if answer.status >= 400 and not _has_form(case, answer):
        found.append(
            f"not {_name(case.form)}: {answer.header('content-type')} {answer.body[:300]!r}"
        )
    said = b"\n".join(f"{n}: {v}".encode("latin-1") for n, v in answer.headers) + answer.body
    if inside := INSIDE.search(said):
        found.append(
            f"tells how it is made: {said[max(0, inside.start() - 80) : inside.end() + 80]!r}"
        )
    if "html" in answer.header("content-type") and any(each in answer.body for each in MARKUP):
        found.append("gives markup back as markup")
    if answer.header("access-control-allow-origin") in STRANGERS:
        found.append("lets a stranger's page read")
    if answer.header("x") or "x=y" in answer.header("set-cookie"):
        found.append("has a header that the caller wrote")
    return found


def _has_form(case: Case, answer: Heard) -> bool:
    if case.form == FREE:
        return True
    if case.form == PAGE:
        return answer.header("content-type").startswith("text/html") and b"</html>" in answer.body
    if case.form == EITHER and answer.body.startswith(b"<?xml"):
        return {each.tag.rpartition("}")[2] for each in fromstring(answer.body)} == EGAIN
    try:
        value = json.loads(answer.body)
    except ValueError:
        return False
    if not isinstance(value, dict):
        return False
    return case.form == OBJECT or value.keys() == (EGAIN if case.form == EITHER else case.form)


def _name(form: frozenset[str] | str) -> str:
    return form if isinstance(form, str) else f"an object of {', '.join(sorted(form))}"
