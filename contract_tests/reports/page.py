"""One self-contained HTML page: every rule with its verdict, sentence, statements and evidence."""

from importlib import resources
from typing import Any

import jinja2
from rulebound.contract_tests.reports.words import changes, remarks, standing


def page(data: dict[str, Any]) -> str:
    """The report as an HTML page that needs nothing beside it."""
    source = resources.files("rulebound.contract_tests.reports").joinpath("page.html.j2")
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    sections = {each["id"]: each for each in data["statements"]}
    template = environment.from_string(source.read_text("utf-8"))
    return template.render(
        report=data,
        sections=sections,
        verdicts=list(data["totals"]),
        changes=list(changes(data)),
        standing=standing,
        remarks=remarks,
    )
