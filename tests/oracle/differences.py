"""Where plain Connexion and the stub differ on purpose: in which requests, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from oracle import features as f
from oracle.calling import Asked
from oracle.sides import REFUSED, TAKEN
from rulebound.openapi.conditions import ProtocolCheck
from rulebound.openapi.model import Operation, Rule

FAILED = "status 500"
_TASK, _PICK = "createTaskActivity", "pickActivities"
_SEARCH, _LEAD = "searchActivities", "createAppointment"


@dataclass(frozen=True)
class Difference:
    """A kind of request on which the two differ: what Connexion says of it, and the checks by which
    the stub refuses it (SCHEMA for a rule on a schema; none where the stub takes it). `example`
    makes one of the first valid request to `operation`."""

    name: str
    plain: str
    checks: tuple[str, ...]
    because: str
    concerns: Callable[[Asked], bool]
    operation: str
    example: f.Make
    mended: f.Make | None = None
    """What Connexion refuses and the stub takes, without what makes it differ: both take it."""

    def covers(self, asked: Asked, plain: str, rule: Rule | None) -> bool:
        """Whether this is why they differ, the stub refusing by `rule` if it refuses."""
        if plain != self.plain or not self.concerns(asked):
            return False
        return not self.checks if rule is None else _check(rule) in self.checks


SCHEMA = "schema"
_OF_A_BODY = (SCHEMA, "body-well-formed", "body-given")


def _check(rule: Rule) -> str:
    condition = rule.condition
    return condition.name if isinstance(condition, ProtocolCheck) else SCHEMA


DIFFERENCES = (
    Difference(
        "a query parameter twice",
        TAKEN,
        ("query-once",),
        "Connexion takes the last of the values; the documents have a rule against it.",
        f.query_twice,
        _PICK,
        f.both(f.query("unpin", "yes"), f.query("unpin", "yes")),
    ),
    Difference(
        "a custom attribute in the query",
        REFUSED,
        (),
        "OpenAPI cannot declare a pattern of names; the rule on known names says it.",
        f.query_custom,
        _SEARCH,
        f.query("custom.product", "Router"),
        f.without_custom,
    ),
    Difference(
        "any query of LeadSquared",
        REFUSED,
        (),
        "The vendor's page names no query and refuses none, so no rule does.",
        lambda asked: asked.operation == _LEAD and bool(asked.query),
        _LEAD,
        f.query("extra", "1"),
        f.without_query,
    ),
    Difference(
        "Accept",
        TAKEN,
        ("accept",),
        "Connexion never negotiates; OpenAPI leaves this header to HTTP.",
        lambda asked: bool(asked.header("accept")),
        _PICK,
        f.header("Accept", "text/html"),
    ),
    Difference(
        "a list of languages",
        REFUSED,
        (),
        "The header is negotiated as HTTP has it; Connexion compares it as one text.",
        f.language_negotiated,
        _PICK,
        f.header("Accept-Language", "pl-PL, de-DE;q=0.3"),
        f.header("Accept-Language", "de-DE"),
    ),
    Difference(
        "no Content-Type",
        TAKEN,
        ("content-type-given",),
        "Connexion guesses the first one declared; the pages ask for the header.",
        lambda asked: not f.media(asked),
        _PICK,
        f.header("Content-Type", None),
    ),
    Difference(
        "another charset",
        TAKEN,
        ("content-type",),
        "JSON is UTF-8; Connexion decodes it as told, or overlooks what it is told.",
        lambda asked: "charset" in (asked.header("content-type") or ""),
        _PICK,
        f.header("Content-Type", "application/json; charset=latin1"),
    ),
    Difference(
        "XML",
        TAKEN,
        _OF_A_BODY,
        "Connexion reads no XML, nor asks whether there is any.",
        lambda asked: f.media(asked) == "application/xml",
        _TASK,
        f.both(f.header("Content-Type", "application/xml"), f.xml),
    ),
    Difference(
        "a media type in capitals",
        TAKEN,
        _OF_A_BODY,
        "It means the same (RFC 9110); Connexion takes it, and then knows no check for it.",
        lambda asked: f.media(asked) != f.media(asked).lower(),
        _PICK,
        f.both(f.header("Content-Type", "APPLICATION/JSON"), f.body(b"id", b"ID")),
    ),
    Difference(
        "an integer in other digits",
        TAKEN,
        (SCHEMA,),
        "Connexion reads a query as Python reads a literal: 1_0, +1, other scripts.",
        lambda asked: any(f.oddly_written(value) for _, value in asked.query),
        _SEARCH,
        f.query("$pagesize", "1_0"),
    ),
    Difference(
        "a name twice in JSON",
        TAKEN,
        ("body-well-formed",),
        "Connexion takes the last of the two; two readers may take either (RFC 7493).",
        f.says_twice,
        _PICK,
        f.body(b'"activity"', b'"activity":[],"activity"'),
    ),
    Difference(
        "bytes that are no text",
        FAILED,
        ("body-well-formed",),
        "Connexion fails where a body is no UTF-8; it is the caller's fault.",
        f.no_utf8,
        _PICK,
        f.body(b"activity", b"activit\xff"),
    ),
    Difference(
        "a whole number with a point",
        REFUSED,
        (),
        "1.0 is an integer since JSON Schema's draft 6; Connexion stays with draft 4.",
        f.whole_float,
        _LEAD,
        f.body(b"{", b'{"Reminder":30.0,'),
        f.without_points,
    ),
    Difference(
        "a line's end behind a pattern's $",
        TAKEN,
        (SCHEMA,),
        "Python finds $ before a last line end as well; the patterns of JSON Schema do not.",
        f.line_end,
        _PICK,
        f.body(b'Z"', b'Z\\n"'),
    ),
)
"""Every one of them must occur, as its example shows; whatever else differs is a defect."""


def unexplained(
    operation: Operation, asked: Asked, plain: str, stub: str, rules: frozenset[str]
) -> list[str]:
    """Where the two differ and no listed difference says why; empty where they agree.

    What the stub takes has been mended before. Each rule by which the stub refuses what Connexion
    takes needs a difference of its own.
    """
    if plain == stub:
        return []
    if stub == TAKEN:
        return [f"{plain} by Connexion alone"]
    by_id = {rule.id: rule for rule in operation.rules}
    known = {id for id in rules if any(d.covers(asked, plain, by_id[id]) for d in DIFFERENCES)}
    # Where it fails it does not come to what else there is to refuse.
    if plain == FAILED and (known or f.no_utf8(asked)):
        return []
    return [f"refused by {id} alone, {plain} by Connexion" for id in sorted(rules - known)]


def mended(asked: Asked) -> Asked:
    """A request that the stub takes, without anything for which Connexion is known to refuse it."""
    for each in DIFFERENCES:
        if each.mended is not None and each.concerns(asked):
            asked = each.mended(asked)
    return asked
