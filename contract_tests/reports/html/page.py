"""One self-contained HTML page: what is kept and broken, by rule, actor, operation and page."""

import base64
import hashlib
import re
from importlib import resources
from typing import Any

import jinja2
from markupsafe import Markup
from rulebound.contract_tests.counting import counted
from rulebound.contract_tests.reports.headline import day, headline, readable, sentences
from rulebound.contract_tests.reports.html import plots
from rulebound.contract_tests.reports.html.coverage import cited_by, sheets
from rulebound.contract_tests.reports.html.evidence import Detail, asked_by, evidence
from rulebound.contract_tests.reports.html.matrix import groups
from rulebound.contract_tests.reports.marks import (
    MARKS,
    VERDICTS,
    place_name,
    slug,
)
from rulebound.contract_tests.reports.missing import reasons
from rulebound.contract_tests.reports.words import is_accepted, notices, remarks, standing

MOST_BYTES = 1_500_000


def page(data: dict[str, Any]) -> str:
    """The report as an HTML page that needs nothing beside it. Where it would be larger than
    MOST_BYTES it tells less of the cases, and says so: report.json has them all."""
    template, fixed = _template(), _fixed(data)
    made = ""
    for detail in Detail:
        shown = {rule["id"]: evidence(rule, detail) for rule in data["rules"]}
        made = template.render(**fixed, evidence=shown, left_out=detail.left_out)
        if len(made.encode()) <= MOST_BYTES:
            break
    return made


def _fixed(data: dict[str, Any]) -> dict[str, Any]:
    """Everything on a page but for the cases."""
    style, script = _text("page.css"), _text("page.js")
    return {
        "report": data,
        "place": place_name(data),
        "headline": headline(data),
        "sentences": list(sentences(data)),
        "failed": _failed(data),
        "groups": groups(data),
        "sheets": sheets(data),
        "statements": {each["id"]: each for each in data["statements"]},
        "cited": cited_by(data),
        "flips": _flips(data),
        "notices": list(notices(data)),
        "reasons": reasons(data),
        "runs": plots.runs(data),
        "latencies": plots.latencies(data),
        "cases": plots.cases(data),
        "most": max((sum(each["totals"].values()) for each in data["operations"]), default=1),
        "style": Markup(style),
        "script": Markup(script),
        "style_digest": _digest(style),
        "digest": _digest(script),
    }


def _digest(text: str) -> str:
    """What allows a style or a script of the page, and no other."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _failed(data: dict[str, Any]) -> list[dict[str, Any]]:
    """What is broken, what differs, and then what of both is accepted."""
    found = [rule for rule in data["rules"] if rule["verdict"] in ("broken", "differs")]
    order = {"broken": 0, "differs": 1}

    def rank(rule: dict[str, Any]) -> tuple[bool, int]:
        return is_accepted(rule), order[rule["verdict"]]

    return sorted(found, key=rank)


def _flips(data: dict[str, Any]) -> list[tuple[str, str, list[str]]]:
    """What rules are now and were in the last run that had them, and the ids of those rules."""
    rules = {rule["id"]: rule for rule in data["rules"]}
    found: dict[tuple[str, str], list[str]] = {}
    for id in data["flipped"]:
        key = (rules[id]["verdict"], rules[id]["history"]["was"])
        found.setdefault(key, []).append(id)
    order = (*VERDICTS[1:], "kept")
    return [(*key, found[key]) for key in sorted(found, key=lambda key: order.index(key[0]))]


def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        finalize=_visible,
        loader=jinja2.FunctionLoader(_text),
    )
    environment.globals |= {
        "marks": MARKS,
        "verdicts": VERDICTS,
        "stacked": plots.stacked,
        "in_words": plots.in_words,
        "asked_by": asked_by,
        "standing": standing,
        "is_accepted": is_accepted,
        "remarks": remarks,
        "counted": counted,
        "day": day,
    }
    environment.filters |= {"slug": slug, "readable": readable}
    return environment.get_template("page.html.j2")


# What a page cannot hold, and what turns the direction of the text that follows.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


def _visible(value: Any) -> Any:
    """A text of others with a mark for each sign that nobody sees."""
    return _UNSEEN.sub("\ufffd", value) if type(value) is str else value


def _text(name: str) -> str:
    return (
        resources.files("rulebound.contract_tests.reports.html").joinpath(name).read_text("utf-8")
    )
