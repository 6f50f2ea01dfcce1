"""report.html says what report.json holds, to people, wherever it is opened."""

from __future__ import annotations

import copy
import json
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from rulebound.contract_tests.apis import Place
from rulebound.contract_tests.reports.beside import beside
from rulebound.contract_tests.reports.html.page import MOST_BYTES, page
from rulebound.contract_tests.reports.marks import MARKS, slug
from rulebound.contract_tests.runs.accepted import Accepted, write_accepted

from tests.contract_tests.notes_profile import one_run
from tests.contract_tests.test_accepting import TODAY

HOSTILE = "</script><img src=x onerror=alert(1)>\"'&lt;{{ 7*7 }}{% raw %}\u202e\x1b[31m\0"
SEEN = HOSTILE[: HOSTILE.index("\u202e")] + "\ufffd\ufffd[31m\ufffd"
FAULTS = ("lenient-401", "undeclared")
VOID = {"meta", "input", "rect", "br", "img", "link"}
Found = tuple[str, dict[str, str]]


class Page(HTMLParser):
    """The elements of a page with their attributes, and its text; what is left open is told."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[Found] = []
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.text = ""
        self.feed(text)
        self.ids = [values["id"] for _, values in self.elements if "id" in values]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element without content."""
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        """An element ends, the last one that began."""
        if tag == "li" and self.open[-1] != "li":
            self.wrong.append(f"{tag} in {self.open[-1]}")
        while self.open and self.open[-1] == "li" and tag != "li":
            self.open.pop()
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        """Text."""
        if not self.open or self.open[-1] not in ("script", "style"):
            self.text += data

    def named(self, tag: str, name: str = "") -> list[dict[str, str]]:
        """The attributes of the elements of a name, and of a class."""
        return [
            values
            for each, values in self.elements
            if each == tag and (not name or name in values.get("class", "").split())
        ]


@pytest.fixture(scope="module")
def data(notes_place: Place, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The report of the third run of a deployment, which has broken rules since the second, and
    accepts one of them."""
    folder = tmp_path_factory.mktemp("runs")
    accepted = [Accepted("note.signed-in", "ticket 7", TODAY, TODAY)]
    write_accepted(folder / "state", accepted)
    one_run(folder, notes_place)
    one_run(folder, notes_place, "lenient-401")
    return one_run(folder, notes_place, *FAULTS)[2]


@pytest.fixture(scope="module")
def shown(data: Any) -> Page:
    """Its page."""
    return Page(page(data))


def test_it_is_well_formed(shown: Page) -> None:
    """Every element ends where it should, and no id stands twice."""
    assert shown.wrong == [] and shown.open == []
    assert [id for id, number in Counter(shown.ids).items() if number > 1] == []


def test_every_rule_stands_once_with_its_verdict(data: Any, shown: Page) -> None:
    """A place to link to for each rule, and one row of the matrix with its verdict; the numbers are
    those of report.json."""
    rules = {rule["id"]: rule["verdict"] for rule in data["rules"]}
    assert [id for id in shown.ids if id in rules] and not set(rules) - set(shown.ids)
    rows = Counter(
        values["data-verdict"] for values in shown.named("tr") if "data-verdict" in values
    )
    assert rows == {verdict: number for verdict, number in data["totals"].items() if number}
    articles = [values["id"] for values in shown.named("article")]
    assert sorted(articles) == sorted(
        id for id, verdict in rules.items() if verdict in ("broken", "differs")
    )
    for rule in data["rules"]:
        assert rule["says"] in shown.text


def test_every_statement_of_every_page_is_there(data: Any, shown: Page) -> None:
    """Each with its verdict as a class and in words, its hint, and links to its rules."""
    found = {values["id"]: values["class"] for values in shown.named("li") if "id" in values}
    assert found == {f"s-{each['id']}": slug(each["verdict"]) for each in data["statements"]}
    for each in data["statements"]:
        assert f"{MARKS[each['verdict']]} {each['verdict']} {each['id']}" in shown.text
        assert each["hint"] in shown.text and each["page"] in shown.text


def test_every_link_leads_somewhere_on_the_page(shown: Page) -> None:
    """Nothing is loaded from anywhere, and each link has its place."""
    links = [values["href"] for _, values in shown.elements if "href" in values]
    assert links and {link[0] for link in links} == {"#"}
    assert {link[1:] for link in links} <= set(shown.ids)
    used = {name for _, values in shown.elements for name in values}
    assert not used & {"src", "srcset", "action", "style", "onclick", "ping"}
    (policy,) = [v["content"] for v in shown.named("meta") if "http-equiv" in v]
    assert policy.startswith("default-src 'none';") and "unsafe" not in policy


def test_the_style_and_the_script_load_nothing(data: Any) -> None:
    """Neither has an address in it."""
    for part in re.findall(r"<(?:style|script)>(.*?)</(?:style|script)>", page(data), re.S):
        assert not re.search(r"https?:|url\(|@import|fetch\(|import\(", part)


def test_failures_come_with_their_evidence(data: Any, shown: Page) -> None:
    """Sentence, what was expected and got, the curl line, since when, and what is accepted."""
    for rule in data["rules"]:
        if rule["verdict"] != "broken":
            continue
        step = next(step for case in rule["cases"] for step in case["steps"] if step["problems"])
        for told in (step["problems"][0], step["expected"], step["got"], step["request"]):
            assert told in shown.text
    assert "accepted until" in shown.text and "ticket 7" in shown.text
    assert "Until the run of" in shown.text and "nothing was broken" in shown.text


def test_what_was_not_reached_stands_by_its_reason(data: Any, shown: Page) -> None:
    """Each reason once, with the number of its rules."""
    missed = copy.deepcopy(data)
    for number, rule in enumerate(missed["rules"]):
        rule |= {"verdict": "not reached", "why": f"reason {number % 2}", "cases": []}
    told = Page(page(missed)).text
    for number in (0, 1):
        rules = len(data["rules"][number::2])
        assert told.count(f"{rules} rules: reason {number}") == 1


def test_the_matrix_has_a_column_for_each_kind_of_actor(data: Any, shown: Page) -> None:
    """Each kind that asked, with its own verdict, and the last run."""
    kinds = {
        case["actor"]["kind"] for rule in data["rules"] for case in rule["cases"] if case["actor"]
    }
    assert kinds == {"user", "nobody"}
    columns = Counter(v["data-k"] for v in shown.named("td", "k") if "data-k" in v)
    assert {*kinds, "last run"} == set(columns)
    assert columns["last run"] == len(data["rules"])


def test_other_targets_stand_beside_it(data: Any) -> None:
    """A report that is given beside has a column: its verdicts, by actor where they differ."""
    other = copy.deepcopy(data)
    other["target"] = {"url": "http://other.example", "controlled": False}
    rule = next(each for each in other["rules"] if each["id"] == "note.signed-in")
    rule["verdict"] = "differs"
    other["rules"].remove(other["rules"][-1])
    told = Page(page({**data, **beside([other])}))
    cells = [v for v in told.named("td") if v.get("data-k") == "http://other.example"]
    assert len(cells) == len(data["rules"])
    assert told.wrong == []


def test_plots_stand_beside_their_figures(data: Any, shown: Page) -> None:
    """A bar for each run, each operation that was timed, and each number of cases."""
    assert len(data["runs"]) == 2
    assert "(this run)" in shown.text and "Latency per operation" in shown.text
    for operation in data["operations"]:
        assert f"{operation['latency']['answers']} answers" in shown.text
    assert all(values.get("aria-hidden") == "true" for values in shown.named("svg"))
    for values in shown.named("rect"):
        assert float(values["x"]) >= 0 and float(values["x"]) + float(values["width"]) <= 100.01


def test_hostile_texts_are_texts(data: Any) -> None:
    """Whatever stands in sentences, answers, names and reasons is shown and does nothing."""

    def spoiled(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: spoiled(item, name) for name, item in value.items()}
        if isinstance(value, list):
            return [spoiled(item, key) for item in value]
        free = key in {"says", "title", "why", "got", "expected", "problems", "reason", "reading"}
        free = free or key in {"hint", "section", "page", "notes", "request", "profile", "url"}
        return f"{value} {HOSTILE}" if free and isinstance(value, str) else value

    text = page(spoiled(data))
    told = Page(text)
    assert told.wrong == [] and not told.named("img")
    assert len(told.named("script")) == 1
    assert told.text.count(SEEN) > 20 and not re.search("[\u202e\x1b\0]", text)


def test_a_large_report_stays_small(data: Any) -> None:
    """Where everything would not fit the page says what is left out; every rule is still there."""
    large = copy.deepcopy(data)
    rules = large["rules"]
    failed = next(rule for rule in rules if rule["verdict"] == "broken")
    failed["cases"] = failed["cases"] * 20
    for case in failed["cases"]:
        for step in case["steps"]:
            step["got"] = "x" * 30_000
    large["rules"] = [
        {**copy.deepcopy(rule), "id": f"{rule['id']}-{number}"}
        for number in range(20)
        for rule in rules
    ]
    large["flipped"] = []
    text = page(large)
    assert len(text.encode()) <= MOST_BYTES
    assert "Left out" in text and "Left out" not in page(data)
    assert {rule["id"] for rule in large["rules"]} <= set(Page(text).ids)


def test_what_is_printed_is_for_paper(data: Any) -> None:
    """There are styles for paper and for the dark, and for a narrow screen."""
    text = page(data)
    for media in ("print", "(prefers-color-scheme: dark)", "(max-width:"):
        assert f"@media {media}" in text


def test_a_first_run_speaks_of_no_past(notes_place: Place, tmp_path: Path) -> None:
    """Without a history there is no plot of runs and no column of the last one."""
    _, _, first = one_run(tmp_path, notes_place)
    told = Page(page(first))
    assert "last run" not in told.text.lower() and first["runs"] == []
    assert json.loads((tmp_path / "report" / "report.json").read_text("utf-8")) == first
